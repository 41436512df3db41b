// The descriptor tables of the trampoline page, and the contract of lab 2.
#pragma once

#include <cstdint>

#include "trampoline/mailbox.h"
#include "x86/segment.h"

namespace trampoline {

/// Lives at tables_address. Each table is null, code, data; each pointer is what LGDT reads outside
/// 64-bit mode: a 16-bit limit and a 32-bit base. Two tables, so that code is 0x08 and data 0x10 in
/// both modes. [sdm3 3.5.1]
struct Tables {
    x86::SegmentDescriptor gdt32[3];    // the table that leads out of real mode
    x86::SegmentDescriptor gdt64[3];    // the table that leads into 64-bit mode
    x86::TablePointer32 gdt32_pointer;  // what LGDT reads in real mode
    x86::TablePointer32 gdt64_pointer;  // what LGDT reads in protected mode
};

inline constexpr x86::Selector null_selector{0x00};
inline constexpr x86::Selector code_selector{0x08};
inline constexpr x86::Selector data_selector{0x10};

static_assert(sizeof(Tables) == 64);
static_assert(tables_address + sizeof(Tables) <= mailbox_address);

/// Lab 2. Fills `tables`, which is the image of what the AP will find at tables_address: flat
/// 32-bit code and data, 64-bit code and data, and two pointers whose bases are the addresses that
/// the AP will use, not those of `tables` here.
void fill_tables(Tables& tables);

}  // namespace trampoline
