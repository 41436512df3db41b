#include "cpu/resources.h"

#include <array>

#include "cpu/per_cpu.h"
#include "lib/assert.h"
#include "memory/stack.h"

// The BSP's two stacks, which it has before there is any memory: kernel/boot/stack.asm.
extern "C" const char boot_stack_top[], emergency_stack_top[];

namespace cpu {

constinit std::array<std::uint32_t, max_cpus> apic_ids{};

namespace {

constexpr std::size_t stack_pages = 4;
constexpr std::size_t emergency_stack_pages = 2;

constinit std::array<Resources, max_cpus> resources{};

// The BSP must survive its faults before there is any memory to allocate.
constinit DescriptorTables bsp_tables;

Resources for_bsp() {
    return {.stack_top = x86::address_of(boot_stack_top),
            .double_fault_stack_top = x86::address_of(emergency_stack_top),
            .tables = &bsp_tables};
}

Resources for_ap() {
    return {.stack_top = memory::allocate_stack(stack_pages).top,
            .double_fault_stack_top = memory::allocate_stack(emergency_stack_pages).top,
            .tables = new DescriptorTables};
}

}  // namespace

void prepare(unsigned cpu, std::uint32_t apic_id) {
    ASSERT(cpu < max_cpus);
    Resources& prepared = resources[cpu];
    ASSERT(prepared.tables == nullptr);
    prepared = cpu == 0 ? for_bsp() : for_ap();
    apic_ids[cpu] = apic_id;
    prepared.tables->fill(prepared.double_fault_stack_top);
}

Resources& resources_of(unsigned cpu) {
    return resources[cpu];
}

}  // namespace cpu
