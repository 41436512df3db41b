// Lab 2: the descriptor tables that an AP needs on its way.
#include <cstddef>

#include "trampoline/tables.h"

namespace trampoline {

void fill_tables(Tables& tables) {
    // --- student code begins ---
    tables.gdt32[1] = x86::SegmentDescriptor::code32();
    tables.gdt32[2] = x86::SegmentDescriptor::data32();
    // The 64-bit ones have limit 0, so that a far jump without long mode faults at once.
    tables.gdt64[1] = x86::SegmentDescriptor::code64_only();
    tables.gdt64[2] = x86::SegmentDescriptor::data64_only();

    // A limit is the offset of the last byte, hence the minus one.
    tables.gdt32_pointer = {sizeof(tables.gdt32) - 1, tables_address + offsetof(Tables, gdt32)};
    tables.gdt64_pointer = {sizeof(tables.gdt64) - 1, tables_address + offsetof(Tables, gdt64)};
    // --- student code ends ---
}

}  // namespace trampoline
