// Where an AP enters C++, and how it and the BSP agree that it has arrived.
#pragma once

#include "trampoline/mailbox.h"

namespace smp {

/// Where an AP goes when it is online: kernel/main.cc has it. It is no variable: what is written
/// over by then would send an AP elsewhere while the labs' code is still mapped.
[[noreturn]] void ap_main();

/// The BSP is about to start `cpu`.
void expect_ap(unsigned cpu);

/// The BSP stops waiting. False if the AP has come online after all.
bool give_up(unsigned cpu);

/// Called by the trampoline: 64-bit mode, interrupts off, no IDT, no GS base, on the AP's first
/// stack in low memory. Ends in ap_main().
extern "C" [[noreturn]] void ap_entry64(trampoline::Mailbox* mailbox);

}  // namespace smp
