#include "checker/engine/bochs_memory.h"

#include <algorithm>
#include <fmt/format.h>

#include "checker/evidence/text.h"
#include "x86/page.h"

namespace engine {

namespace {

using namespace std::chrono_literals;
using x86::page_size;

constexpr std::size_t quadwords_per_page = page_size / sizeof(std::uint64_t);

}  // namespace

// 0x0000000000008000 <bogus+       0>:  0x8ec08ed88ec031fa  0xb86680a816010fd0
std::vector<std::byte> parse_examined(std::string_view answer, std::size_t quadwords) {
    std::vector<std::byte> bytes;
    while (const auto line = evidence::take_line(answer)) {
        auto rest = evidence::after(*line, ">:");
        while (rest && (rest = evidence::after(*rest, "\t0x"))) {
            const auto value = evidence::leading_number(*rest);
            for (unsigned i = 0; value && i < sizeof(*value); ++i) {
                bytes.push_back(static_cast<std::byte>(*value >> 8 * i));
            }
        }
    }
    if (bytes.size() != quadwords * sizeof(std::uint64_t)) {
        bytes.clear();
    }
    return bytes;
}

const BochsMemory::Page& BochsMemory::page(std::uint64_t number) const {
    const auto [entry, is_new] = pages_.try_emplace(number);
    if (is_new) {
        const auto answer =
            bochs_.ask(fmt::format("xp /{}gx {:#x}\n", quadwords_per_page, number * page_size),
                       Clock::now() + patience);
        entry->second = parse_examined(answer.value_or(""), quadwords_per_page);
    }
    return entry->second;
}

std::span<const std::byte> BochsMemory::at(x86::PhysicalAddress address, std::size_t size) const {
    if (address.raw > size_ || size > size_ - address.raw) {
        return {};
    }
    const std::uint64_t first = address.raw / page_size;
    const std::size_t offset = address.raw % page_size;
    if (offset + size <= page_size) {
        const Page& found = page(first);
        return found.empty() ? std::span<const std::byte>{}
                             : std::span{found}.subspan(offset, size);
    }
    Page bytes;
    for (std::uint64_t number = first; number * page_size < address.raw + size; ++number) {
        const Page& found = page(number);
        if (found.empty()) {
            return {};
        }
        bytes.insert(bytes.end(), found.begin(), found.end());
    }
    return std::span{assembled_.emplace_back(std::move(bytes))}.subspan(offset, size);
}

}  // namespace engine
