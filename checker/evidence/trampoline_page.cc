#include "checker/evidence/trampoline_page.h"

#include <cstring>

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

}  // namespace evidence
