#include "cpu/symbols.h"

#include <algorithm>

#include "lib/format.h"

namespace cpu {

std::optional<Symbol> SymbolTable::lookup(x86::VirtualAddress address) const {
    const auto next = std::upper_bound(addresses.begin(), addresses.end(), address.raw);
    if (next == addresses.begin()) {
        return std::nullopt;
    }
    const auto index = static_cast<std::size_t>(next - addresses.begin()) - 1;
    const std::string_view name = text + names[index];
    if (name.empty()) {  // the end of a range of code
        return std::nullopt;
    }
    return Symbol{name, address.raw - addresses[index]};
}

void append_location(lib::TextBuffer& out, x86::VirtualAddress address,
                     const SymbolTable& symbols) {
    lib::format_to(out, "{:#018x}", address);
    if (const auto symbol = symbols.lookup(address)) {
        lib::format_to(out, " {}+{:#x}", symbol->name, symbol->offset);
    }
}

void append_return_location(lib::TextBuffer& out, x86::VirtualAddress address,
                            const SymbolTable& symbols) {
    lib::format_to(out, "{:#018x}", address);
    if (const auto symbol = symbols.lookup(address - 1)) {
        lib::format_to(out, " {}+{:#x}", symbol->name, symbol->offset + 1);
    }
}

}  // namespace cpu
