// Waking the application processors: the BSP's side.
#pragma once

#include "acpi/madt.h"
#include "smp/ap_entry.h"

namespace smp {

/// Wakes the usable `processors`, one after another, as many as the option cpus= lets the
/// machine have, says how many are online, and returns that number, the BSP included. An AP that
/// misses its deadline is named with the last stage that it reached. It may still be on its way,
/// through the one trampoline page and with that page's mailbox: so no further AP is tried then,
/// and the page stays as it is. An AP that is online goes on to ap_main().
unsigned wake_aps(const acpi::Processors& processors);

}  // namespace smp
