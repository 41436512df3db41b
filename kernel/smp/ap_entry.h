// Where an AP enters C++.
#pragma once

#include "trampoline/mailbox.h"

namespace smp {

using ApWork = void (*)();

/// Where an AP goes when it is online; must not return. Set before the first AP starts.
void set_ap_work(ApWork work);

/// Called by the trampoline: 64-bit mode, interrupts off, no IDT, no GS base, on the AP's first
/// stack in low memory. Ends in what set_ap_work() was given.
extern "C" [[noreturn]] void ap_entry64(trampoline::Mailbox* mailbox);

}  // namespace smp
