#include "smp/per_cpu.h"

#include <array>

#include "cpu/descriptor_tables.h"
#include "lib/panic.h"
#include "lib/this_cpu.h"
#include "memory/stack.h"
#include "trampoline/stage.h"
#include "x86/msr.h"

// The BSP's two stacks, which it has before there is any memory: kernel/boot/entry.asm.
extern "C" const char boot_stack_top[], emergency_stack_top[];

namespace smp {

namespace {

constexpr std::size_t stack_pages = 4;
constexpr std::size_t emergency_stack_pages = 2;

constinit std::array<cpu::DescriptorTables, max_cpus> all_tables{};
constinit std::array<observed::Prepared, max_cpus> prepared{};

}  // namespace

void init_bsp_percpu() {
    PerCpu& record = record_of(0);
    record.id = 0;
    record.lapic_id = lib::apic_id_of_token(lib::cpu_token());  // by CPUID: no LAPIC is mapped yet
    record.self = &record;
    record.stack_top = x86::address_of(boot_stack_top);
    record.double_fault_stack_top = x86::address_of(emergency_stack_top);
    record.tables = &all_tables[0];
    record.online = 1;
    cpu::apic_ids[0] = record.lapic_id;
    cpu::fill_idt();
    all_tables[0].fill(record.double_fault_stack_top);
    all_tables[0].load();
    instructions::write_msr(x86::Msr::gs_base, x86::address_of(&record).raw);
    observed::ap_states[0] = observed::ApState::online;
}

void prepare(unsigned cpu, std::uint32_t apic_id) {
    prepared[cpu] = {.stack_top = memory::allocate_stack(stack_pages).top,
                     .double_fault_stack_top = memory::allocate_stack(emergency_stack_pages).top};
    all_tables[cpu].fill(prepared[cpu].double_fault_stack_top);
    cpu::apic_ids[cpu] = apic_id;
}

// Up to the letter E nothing may touch a page that is NX, which all of .data, .bss and .rodata
// are: not a constant, not a variable, not a table behind a `switch`. The record's address is a
// number in the instruction, from the linker, and max_cpus one from the compiler.
void init_percpu(unsigned cpu) {
    using trampoline::ApStage;
    using trampoline::leave_stage;

    leave_stage(ApStage::entered_init);
    if (cpu >= max_cpus) {
        lib::panic("init_percpu: cpu {} is out of bounds, there are {} records", cpu, max_cpus);
    }
    leave_stage(ApStage::id_in_bounds);
    PerCpu& record = record_of(cpu);
    leave_stage(ApStage::record_found);

    leave_stage(ApStage::about_to_write);
    leave_stage(ApStage::writing);
    // The documented fault. Volatile, so that it stays one store, and here.
    static_cast<volatile std::uint32_t&>(record.id) = cpu;
    leave_stage(ApStage::wrote_id);

    // The page took the write: this CPU knows NX, and the rest of the kernel's data is open to it.
    cpu::enter_lapic_mode();
    record.lapic_id = read_lapic_id();
    leave_stage(ApStage::wrote_lapic_id);
    record.self = &record;
    leave_stage(ApStage::wrote_self);
    record.stack_top = prepared[cpu].stack_top;
    leave_stage(ApStage::wrote_stack);
    record.double_fault_stack_top = prepared[cpu].double_fault_stack_top;
    leave_stage(ApStage::wrote_double_fault_stack);
    record.tables = &all_tables[cpu];
    leave_stage(ApStage::wrote_tables);
    record.scheduler = nullptr;
    leave_stage(ApStage::wrote_scheduler);
    record.online = 1;
    leave_stage(ApStage::wrote_started);

    leave_stage(ApStage::record_complete);
}

}  // namespace smp
