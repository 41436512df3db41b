#include "cpu/control_state.h"

#include <array>

#include "lib/format.h"
#include "lib/text_buffer.h"

namespace cpu {

namespace {

/// Words between one difference and the next.
void append_separator(lib::TextBuffer& out) {
    out.append(out.text().empty() ? "" : "; ");
}

template <class F, std::size_t count>
void append_difference(lib::TextBuffer& out, std::string_view name, F bsp, F mine,
                       const std::array<x86::NamedFlag<F>, count>& names) {
    for (unsigned number = 0; number < 64; ++number) {
        const auto flag = x86::flag<F>(number);
        if (bsp.has(flag) == mine.has(flag)) {
            continue;
        }
        append_separator(out);
        const std::string_view bit_name = x86::name_of(flag, names);
        if (bit_name == "?") {
            lib::format_to(out, "bit {} of {}", number, name);
        } else {
            lib::format_to(out, "{}.{}", name, bit_name);
        }
        lib::format_to(out, " is {}, the BSP's is {}", mine.has(flag) ? 1 : 0,
                       bsp.has(flag) ? 1 : 0);
    }
}

}  // namespace

lib::MaybeError difference(const x86::ControlState& bsp, const x86::ControlState& mine) {
    std::array<char, lib::Error::capacity> storage;
    lib::TextBuffer text(storage);
    append_difference(text, "CR0", bsp.cr0, mine.cr0, x86::cr0_names);
    append_difference(text, "EFER", bsp.efer, mine.efer, x86::efer_names);
    append_difference(text, "CR4", bsp.cr4, mine.cr4, x86::cr4_names);
    if (bsp.cr3 != mine.cr3) {
        append_separator(text);
        lib::format_to(text, "CR3 is {:#x}, the BSP's is {:#x}", mine.cr3, bsp.cr3);
    }
    if (text.text().empty()) {
        return std::nullopt;
    }
    return lib::Error("{}", text.text());
}

}  // namespace cpu
