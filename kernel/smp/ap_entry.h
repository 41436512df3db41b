// Where an AP enters C++.
#pragma once

#include "trampoline/mailbox.h"

namespace smp {

/// Called by the trampoline: 64-bit mode, interrupts off, no IDT, no GS base, on the AP's first
/// stack in low memory. Ends in the scheduler.
extern "C" [[noreturn]] void ap_entry64(trampoline::Mailbox* mailbox);

}  // namespace smp
