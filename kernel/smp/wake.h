// Waking the application processors.
#pragma once

#include <array>
#include <cstdint>

#include "acpi/madt.h"
#include "cpu/per_cpu.h"
#include "smp/ap_entry.h"
#include "trampoline/mailbox.h"

namespace smp {

/// The letters that each AP left, by CPU number; the BSP's own entry stays empty. A debugger and
/// the checker read them here.
extern std::array<trampoline::ApTrace, cpu::max_cpus> ap_traces;

/// What came of waking the APs.
struct Awake {
    unsigned cpus;  // online, the BSP included
    bool all;       // every AP that was tried answered in time
};

/// Wakes the usable processors of `madt`, one after another, up to `limit` CPUs in all. An AP that
/// misses its deadline is named with the last stage that it reached. It may still be on its way,
/// through the one trampoline page and with that page's mailbox, so no further AP is tried then
/// and the page stays as it is. An AP that is online goes on to `work`, which must not return.
Awake wake_aps(const acpi::Madt& madt, unsigned limit, ApWork work);

}  // namespace smp
