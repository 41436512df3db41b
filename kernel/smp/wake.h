// Waking the application processors: the BSP's side.
#pragma once

#include "acpi/madt.h"
#include "smp/ap_entry.h"

namespace smp {

/// Wakes the usable processors of `madt`, one after another, up to `limit` CPUs in all, and returns
/// how many are online, the BSP included. An AP that misses its deadline is named with the last
/// stage that it reached. It may still be on its way, through the one trampoline page and with that
/// page's mailbox: so no further AP is tried then, and the page stays as it is. An AP that is
/// online goes on to `work`, which must not return.
unsigned wake_aps(const acpi::Madt& madt, unsigned limit, ApWork work);

}  // namespace smp
