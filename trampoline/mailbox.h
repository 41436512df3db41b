// The page at physical 0x8000 and what the BSP tells an AP in it.
//
//   0x8000  code, in the order of execution: real mode, protected mode, long mode
//   0x8d00  a small stack for the 32-bit code
//   0x8e00  descriptor tables
//   0x8f00  mailbox
#pragma once

#include <cstddef>
#include <cstdint>

#include "x86/control_registers.h"

namespace trampoline {

/// A SIPI's vector v starts an AP at v * 4 KiB, so the page must lie on such a boundary below
/// 1 MiB. [sdm3 9.4.4]
inline constexpr std::uint32_t page_address = 0x8000;
inline constexpr std::uint32_t page_size = 0x1000;
inline constexpr std::uint32_t stack_bottom = page_address + 0xd00;
inline constexpr std::uint32_t stack_top = page_address + 0xe00;
inline constexpr std::uint32_t tables_address = page_address + 0xe00;
inline constexpr std::uint32_t mailbox_address = page_address + 0xf00;

/// The letters of the stages that one AP has reached (see stage.h).
struct ApTrace {
    std::uint32_t length;  // how many letters there are
    char letters[60];      // in the order in which they were left
};

/// Written by the BSP for one AP at a time; the AP writes only its trace.
struct Mailbox {
    x86::ControlState bsp;    // what the AP is compared with; it copies CR3, NXE and WP
    std::uint64_t stack_top;  // the AP's first stack: low memory, 16-byte aligned
    std::uint64_t entry;      // where 64-bit C++ begins: higher half
    std::uint32_t cpu;        // the number that this AP will have
    std::uint32_t lapic_id;   // what the MADT calls it
    ApTrace trace;
};

static_assert(sizeof(ApTrace) == 64);
static_assert(sizeof(Mailbox) == 120);
static_assert(mailbox_address + sizeof(Mailbox) <= page_address + page_size);

}  // namespace trampoline
