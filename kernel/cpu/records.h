// The CPUs by number: the record of each, and how a CPU finds its own.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "instructions.h"
#include "observed.h"

namespace cpu {

using observed::max_cpus;
using observed::PerCpu;

/// The record of any CPU; `cpu` is below max_cpus.
inline PerCpu& record_of(unsigned cpu) {
    return observed::per_cpu_records.lines[cpu].record;
}

/// This CPU's record. Before smp::adopt_record() GS leads to address 0, and to whatever is there.
inline PerCpu& this_cpu() {
    return *reinterpret_cast<PerCpu*>(instructions::read_gs(offsetof(PerCpu, self)));
}

/// Where the interrupts for each CPU go: the ID that the MADT gives its local APIC. Whether a CPU
/// reads the same for itself (PerCpu::lapic_id) is another question, and lab 6's.
extern std::array<std::uint32_t, max_cpus> apic_ids;

/// Whether that CPU has finished its start: it has its tables, so it survives an NMI. Acquire: who
/// sees it online also sees what it has written before.
inline bool is_online(unsigned cpu) {
    return std::atomic_ref(observed::ap_states[cpu]).load(std::memory_order_acquire) ==
           observed::ApState::online;
}

/// The number of this CPU, for code that must not trust its surroundings: if the GS base is not one
/// of our records, the record of the CPU with this APIC ID answers. Nothing for an AP that has
/// neither; 0 while no CPU has a record, for then only the BSP runs.
std::optional<unsigned> cpu_number();

}  // namespace cpu
