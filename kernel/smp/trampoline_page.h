// The page at physical 0x8000, and the image that lab 3 copies there.
#pragma once

#include <cstddef>
#include <span>

#include "trampoline/mailbox.h"
#include "trampoline/tables.h"

namespace smp {

/// The trampoline as it was linked, descriptor tables filled: one page, in the kernel's own image.
std::span<const std::byte> trampoline_image();

/// The descriptor tables in the image, for lab 2 to fill.
trampoline::Tables& trampoline_image_tables();

/// The page at physical 0x8000, as the BSP may write it.
std::span<std::byte> trampoline_page();

/// Its mailbox: `mailbox() = message` writes it. The AP adds to the trace while the BSP waits.
trampoline::Mailbox& mailbox();

}  // namespace smp
