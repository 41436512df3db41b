// The symbol table that the second link of the kernel carries.
#include "cpu/symbols.h"

extern "C" {
extern const std::uint64_t kernel_symbol_count;
extern const std::uint64_t kernel_symbol_addresses[];
extern const std::uint32_t kernel_symbol_names[];
extern const char kernel_symbol_text[];
}

namespace cpu {

SymbolTable kernel_symbols() {
    return {{kernel_symbol_addresses, kernel_symbol_count},
            {kernel_symbol_names, kernel_symbol_count},
            kernel_symbol_text};
}

}  // namespace cpu
