// What the BSP prepares for a CPU before it starts.
#pragma once

#include "cpu/descriptor_tables.h"
#include "x86/address.h"

namespace cpu {

/// What init_percpu() copies into the CPU's record. An AP does not make these itself: it would need
/// the kernel's memory while it still has no stack of its own and no way to report a fault.
struct Resources {
    x86::VirtualAddress stack_top;
    x86::VirtualAddress double_fault_stack_top;
    DescriptorTables* tables = nullptr;
    void* scheduler = nullptr;
};

/// Those of a CPU, 0..max_cpus-1: see prepare() in per_cpu.h.
Resources& resources_of(unsigned cpu);

}  // namespace cpu
