// The contract of lab 3.
#pragma once

#include "smp/trampoline_page.h"

namespace smp {

/// Lab 3. Starts one AP: copies the image into the page, `message` into the page's mailbox, and
/// sends the AP named by `message.lapic_id` an INIT, 10 ms later a SIPI for the page, and where
/// the AP has not left a single letter 200 us after that, a second SIPI: some need it, and one that
/// runs already ignores it. Does not wait for the AP any longer. Interrupts go by cpu::send(),
/// waiting by cpu::sleep_us(). [sdm3 9.4.4.1]
void start_ap(const trampoline::Mailbox& message);

}  // namespace smp
