// One record for each CPU, which that CPU finds through its GS base.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "instructions.h"
#include "x86/address.h"
#include "x86/page.h"

namespace cpu {

class DescriptorTables;

/// How many CPUs this kernel has records for.
inline constexpr unsigned max_cpus = 256;

/// What a CPU knows of itself. `self` comes first: GS can be used only as the base of an access, so
/// a CPU learns its record's address by reading it from there.
struct PerCpu {
    PerCpu* self = nullptr;
    std::uint32_t id = 0;  // 0 is the BSP; APs are counted as they are started, without gaps
    std::uint32_t lapic_id = 0;
    x86::VirtualAddress stack_top;  // its own stack, once it has left its first one
    x86::VirtualAddress double_fault_stack_top;
    DescriptorTables* tables = nullptr;
    void* scheduler = nullptr;             // sched/ knows what it is
    std::atomic<std::uint32_t> online{0};  // 1 once the record is complete
};

/// A cache line each, so that CPUs do not disturb each other; pages that nothing else shares, so
/// that the first access to them is known: see init_percpu.
struct alignas(x86::page_size) PerCpuRecords {
    struct alignas(64) Line {
        PerCpu record;
    };
    Line lines[max_cpus];
};

extern PerCpuRecords per_cpu_records;

/// The record of any CPU; `cpu` is below max_cpus.
inline PerCpu& record_of(unsigned cpu) {
    return per_cpu_records.lines[cpu].record;
}

/// This CPU's record. Before adopt_record() GS leads to address 0, and to whatever is there.
inline PerCpu& this_cpu() {
    return *reinterpret_cast<PerCpu*>(instructions::read_gs(offsetof(PerCpu, self)));
}

/// Where the interrupts for each prepared CPU go: the ID that the MADT gives its local APIC.
/// Whether a CPU reads the same for itself (PerCpu::lapic_id) is another question, and lab 6's.
extern std::array<std::uint32_t, max_cpus> apic_ids;

/// Prepares what a CPU's record will say: stacks, descriptor tables. The BSP calls it, for itself
/// before init_bsp_percpu() and for each AP before that AP is started; an AP could not allocate.
void prepare(unsigned cpu, std::uint32_t apic_id);

/// Makes and adopts the BSP's record. Once, early: messages and locks already work without.
void init_bsp_percpu();

/// Called by an AP for itself: fills its record, one stage letter for each field. Panics unless
/// `cpu` is below max_cpus. The write of `id` is the AP's first access to an NX page: an AP without
/// EFER.NXE, for which bit 63 of a page entry is reserved, dies there. [sdm3 4.6.1, 4.7]
void init_percpu(unsigned cpu);

/// Lab 6. The ID of the local APIC of the CPU that asks, from the APIC's own ID register: bits
/// 31..24 of it in xAPIC mode, the whole of it in x2APIC mode. [sdm3 11.4.6, 11.12.5.1]
std::uint32_t read_lapic_id();

/// Lab 6. Makes this AP CPU number `cpu`: fills its record by init_percpu() and points its GS base
/// at it, so that this_cpu() works from then on; leaves the stages '4' to '6' on the way.
void adopt_record(unsigned cpu);

static_assert(std::is_standard_layout_v<PerCpu> && sizeof(PerCpu) == 56);
static_assert(offsetof(PerCpu, self) == 0 && offsetof(PerCpu, id) == 8);
static_assert(offsetof(PerCpu, lapic_id) == 12 && offsetof(PerCpu, stack_top) == 16);
static_assert(offsetof(PerCpu, double_fault_stack_top) == 24 && offsetof(PerCpu, tables) == 32);
static_assert(offsetof(PerCpu, scheduler) == 40 && offsetof(PerCpu, online) == 48);
static_assert(sizeof(PerCpuRecords) == max_cpus * 64);

}  // namespace cpu
