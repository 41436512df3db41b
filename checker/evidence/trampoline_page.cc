#include "checker/evidence/trampoline_page.h"

#include <algorithm>
#include <cstring>
#include <span>

namespace evidence {

namespace {

using trampoline::Tables;

template <class T>
T at(const std::vector<std::byte>& page, std::uint32_t address) {
    T value;
    std::memcpy(&value, page.data() + (address - trampoline::page_address), sizeof(T));
    return value;
}

// A CPU that loads a descriptor marks it as accessed: bit 0 of the type, in its sixth byte.
std::byte accessed_since(std::uint32_t address) {
    constexpr std::uint32_t end = trampoline::tables_address + offsetof(Tables, gdt32_pointer);
    const bool type = address >= trampoline::tables_address && address < end && address % 8 == 5;
    return std::byte{type};
}

std::optional<std::uint32_t> difference(const TrampolinePage& both, std::uint32_t begin,
                                        std::uint32_t end) {
    for (std::uint32_t address = begin; address < end; ++address) {
        const std::size_t i = address - trampoline::page_address;
        if (both.page[i] != (both.image[i] | (accessed_since(address) & both.page[i])))
            return address;
    }
    return {};
}

}  // namespace

const TrampolinePage* trampoline_page(const Evidence& evidence) {
    const auto& both = evidence.trampoline;
    return both && both->page.size() >= trampoline::page_size &&
                   both->image.size() >= trampoline::page_size
               ? &*both
               : nullptr;
}

Tables tables_in(const TrampolinePage& both) {
    return at<Tables>(both.page, trampoline::tables_address);
}

Tables tables_in_image(const TrampolinePage& both) {
    return at<Tables>(both.image, trampoline::tables_address);
}

trampoline::Mailbox mailbox_in(const TrampolinePage& both) {
    return at<trampoline::Mailbox>(both.page, trampoline::mailbox_address);
}

std::optional<std::uint32_t> code_differs(const TrampolinePage& both) {
    return difference(both, trampoline::page_address, trampoline::stack_bottom);
}

std::optional<std::uint32_t> tables_differ(const TrampolinePage& both) {
    return difference(both, trampoline::tables_address,
                      trampoline::tables_address + sizeof(Tables));
}

bool was_copied(const Evidence& evidence, const observed::SentCommand& sent) {
    const TrampolinePage* both = trampoline_page(evidence);
    const auto sum_of = [&](std::uint32_t begin, std::size_t size) {
        std::vector<std::uint32_t> words(size / sizeof(std::uint32_t));
        std::memcpy(words.data(), both->image.data() + (begin - trampoline::page_address), size);
        return observed::checksum(words);
    };
    return !both || (sent.code == sum_of(trampoline::page_address,
                                         trampoline::stack_bottom - trampoline::page_address) &&
                     sent.tables == sum_of(trampoline::tables_address, sizeof(Tables)));
}

const observed::SentCommand* first_sipi(const Evidence& evidence) {
    if (!evidence.sent)
        return nullptr;
    const auto found =
        std::ranges::find_if(evidence.sent->first, [](const observed::SentCommand& sent) {
            return sent.sender == 0 && sent.started < observed::max_cpus &&
                   sent.command().mode() == x86::DeliveryMode::startup;
        });
    return found == evidence.sent->first.end() ? nullptr : &*found;
}

}  // namespace evidence
