// What a SIPI finds in the page at 0x8000, short enough to be noted with it.
#pragma once

#include <cstdint>
#include <span>

#include "trampoline/tables.h"

namespace trampoline {

struct PageLook {
    std::uint32_t message_for = 0;       // the number in the mailbox
    std::uint32_t code = 0, tables = 0;  // checksum() of these parts of the page
    std::uint32_t message = 0;           // likewise of the mailbox without its trace

    constexpr bool operator==(const PageLook&) const = default;
};

/// Tells one content from another.
constexpr std::uint32_t checksum(std::span<const std::uint32_t> words) {
    std::uint32_t sum = 0;
    for (const std::uint32_t each : words) {
        sum = sum * 31 + each;
    }
    return sum;
}

/// Of the page, wherever it is mapped or kept: `page` has its 4 KiB.
inline PageLook look_at(const std::uint32_t* page) {
    constexpr std::uint32_t word = sizeof(std::uint32_t);
    const auto at = [page](std::uint32_t address) {
        return page + (address - page_address) / word;
    };
    return {.message_for = at(mailbox_address + offsetof(Mailbox, cpu))[0],
            .code = checksum({page, at(stack_bottom)}),
            .tables = checksum({at(tables_address), sizeof(Tables) / word}),
            .message = checksum({at(mailbox_address), offsetof(Mailbox, trace) / word})};
}

}  // namespace trampoline
