// Lab 3: the BSP's half of an AP's start.
#include "smp/start_ap.h"

#include <algorithm>

#include "cpu/lapic.h"
#include "cpu/lapic_timer.h"
#include "x86/apic.h"

namespace smp {

void start_ap(const trampoline::Mailbox& message) {
    // --- student code begins ---
    // TODO: the page, the mailbox, and what wakes an AP.
    static_cast<void>(message);
    // --- student code ends ---
}

}  // namespace smp
