// Making the other CPUs forget what the page tables said.
#pragma once

namespace smp {

/// After something was taken out of the kernel's page tables: has every other online CPU drop its
/// cached translations, and returns when all have. Called by one CPU at a time, interrupts on.
/// [sdm3 4.10.5]
void flush_elsewhere();

}  // namespace smp
