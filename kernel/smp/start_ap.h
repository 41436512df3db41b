// The contract of lab 3, and what the kernel gives to it.
#pragma once

#include <cstddef>
#include <span>

#include "trampoline/mailbox.h"

namespace smp {

/// The trampoline as it was linked, descriptor tables filled: one page, in the kernel's own image.
std::span<const std::byte> trampoline_image();

/// The page at physical 0x8000, as the BSP may write it.
std::span<std::byte> trampoline_page();

/// Its mailbox. The AP writes the trace while the BSP waits.
volatile trampoline::Mailbox& mailbox();

/// Lab 3. Starts one AP: copies the image into the page, `message` into the page's mailbox, and
/// sends the AP named by `message.lapic_id` an INIT, 10 ms later a SIPI for the page, and where
/// the AP has not left a single letter 200 us after that, a second SIPI. Does not wait for the AP
/// any longer. Interrupts go by cpu::send(), waiting by cpu::sleep_us(). [sdm3 9.4.4.1]
void start_ap(const trampoline::Mailbox& message);

}  // namespace smp
