// The names of the kernel's functions, for messages.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "lib/text_buffer.h"
#include "x86/address.h"

namespace cpu {

/// A place in the code: so many bytes into the function `name`.
struct Symbol {
    std::string_view name;  // demangled, without parameters: "cpu::init_percpu"
    std::uint64_t offset;
};

/// A table as tools/symbol_table.sh makes it.
struct SymbolTable {
    std::span<const std::uint64_t> addresses;  // ascending
    std::span<const std::uint32_t> names;      // for each, where its name begins in `text`
    const char* text;                          // names, each ended by a zero

    /// The function that `address` is in; nothing outside of all code.
    std::optional<Symbol> lookup(x86::VirtualAddress address) const;
};

/// The table that was linked to this kernel; empty in the first of its two links.
SymbolTable kernel_symbols();

/// Appends "0xffffffff80104abc cpu::init_percpu+0x2c", or the number alone where there is no name.
void append_location(lib::TextBuffer& out, x86::VirtualAddress address, const SymbolTable& symbols);

/// The same for where a call will return to. A call that never returns may be the last instruction
/// of its function, so the name is that of the byte before.
void append_return_location(lib::TextBuffer& out, x86::VirtualAddress address,
                            const SymbolTable& symbols);

}  // namespace cpu
