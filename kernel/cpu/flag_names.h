#pragma once

#include <array>
#include <cstddef>

#include "lib/text_buffer.h"
#include "x86/flags.h"

namespace cpu {

/// Appends the names of the bits that are set, lowest first, with `separator` between them; "none"
/// if no bit is, "?" for one without a name.
template <class F, std::size_t count>
void append_names(lib::TextBuffer& out, F value, const std::array<x86::NamedFlag<F>, count>& names,
                  std::string_view separator = " ") {
    std::string_view before;
    for (unsigned number = 0; number < 8 * sizeof(value.raw); ++number) {
        if (const auto flag = x86::flag<F>(number); value.has(flag)) {
            out.append(before);
            out.append(x86::name_of(flag, names));
            before = separator;
        }
    }
    if (value == F{}) {
        out.append("none");
    }
}

}  // namespace cpu
