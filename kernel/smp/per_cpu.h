// The contract of lab 6: one record for each CPU, which that CPU finds through its GS base.
#pragma once

#include <cstdint>

#include "cpu/lapic.h"
#include "cpu/records.h"

namespace smp {

// What the lab is written with.
using cpu::in_x2apic_mode;
using cpu::max_cpus;
using cpu::PerCpu;
using cpu::read_lapic;
using cpu::record_of;
using cpu::this_cpu;

/// Lab 6. The ID of the local APIC of the CPU that asks, from the APIC's own ID register: bits
/// 31..24 of it in xAPIC mode, the whole of it in x2APIC mode. [sdm3 11.4.6, 11.12.5.1]
std::uint32_t read_lapic_id();

/// Lab 6. Makes this AP CPU number `cpu`: fills its record by init_percpu() and points its GS base
/// at it, so that this_cpu() works from then on; leaves the stages '4' to '6' on the way.
void adopt_record(unsigned cpu);

/// Given. Called by an AP for itself: fills its record, one stage letter for each field. Panics
/// unless `cpu` is below max_cpus. The write of `id` is the AP's first access to an NX page: an AP
/// without EFER.NXE, for which bit 63 of a page entry is reserved, dies there. [sdm3 4.6.1, 4.7]
void init_percpu(unsigned cpu);

/// Makes and adopts the BSP's record, descriptor tables included. Once, early: messages and locks
/// already work without.
void init_bsp_percpu();

/// Allocates what the record of an AP will name: stacks, descriptor tables. The BSP does it, before
/// it starts the AP: an AP has no stack of its own yet and no way to report a fault.
void prepare(unsigned cpu, std::uint32_t apic_id);

}  // namespace smp
