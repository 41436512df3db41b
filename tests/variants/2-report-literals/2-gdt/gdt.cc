// Lab 2: the descriptor tables that an AP needs on its way.
#include <cstddef>

#include "trampoline/tables.h"

namespace trampoline {

void fill_tables(Tables& tables) {
    // --- student code begins ---
    tables.gdt32[1].raw = 0x00CF9A000000FFFF;
    tables.gdt32[2].raw = 0x00CF92000000FFFF;
    tables.gdt64[1].raw = 0x00209A0000000000;
    tables.gdt64[2].raw = 0x0000920000000000;
    tables.gdt32_pointer = {0x17, 0x8e00};
    tables.gdt64_pointer = {0x17, 0x8e18};
    // --- student code ends ---
}

}  // namespace trampoline
