// Lab 2: the descriptor tables that an AP needs on its way.
#include <cstddef>

#include "trampoline/tables.h"

namespace trampoline {

void fill_tables(Tables& tables) {
    // --- student code begins ---
    tables = Tables{
        .gdt32 = {{}, x86::SegmentDescriptor::code32(), x86::SegmentDescriptor::data32()},
        .gdt64 = {{}, x86::SegmentDescriptor::code64_only(), x86::SegmentDescriptor::data32()},
        .gdt32_pointer = {.limit = 23, .base = tables_address},
        .gdt64_pointer = {.limit = 23,
                          .base =
                              static_cast<std::uint32_t>(tables_address + sizeof(tables.gdt32))},
    };
    // --- student code ends ---
}

}  // namespace trampoline
