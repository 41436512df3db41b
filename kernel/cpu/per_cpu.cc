#include "cpu/per_cpu.h"

#include "cpu/resources.h"
#include "lib/panic.h"
#include "trampoline/stage.h"
#include "x86/msr.h"

namespace cpu {

constinit PerCpuRecords per_cpu_records;

void init_bsp_percpu() {
    const Resources& prepared = resources_of(0);
    PerCpu& record = record_of(0);
    record.id = 0;
    record.lapic_id = apic_ids[0];
    record.self = &record;
    record.stack_top = prepared.stack_top;
    record.double_fault_stack_top = prepared.double_fault_stack_top;
    record.tables = prepared.tables;
    record.scheduler = prepared.scheduler;
    record.online = 1;
    instructions::write_msr(x86::Msr::gs_base, x86::address_of(&record).raw);
}

// Up to the letter E nothing may touch a page that is NX, which all of .data, .bss and .rodata
// are: not a constant, not a variable, not a table behind a `switch`. The record's address is a
// number that the linker puts into the instruction, and so is max_cpus.
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
    const Resources& prepared = resources_of(cpu);
    record.lapic_id = read_lapic_id();
    leave_stage(ApStage::wrote_lapic_id);
    record.self = &record;
    leave_stage(ApStage::wrote_self);
    record.stack_top = prepared.stack_top;
    leave_stage(ApStage::wrote_stack);
    record.double_fault_stack_top = prepared.double_fault_stack_top;
    leave_stage(ApStage::wrote_double_fault_stack);
    record.tables = prepared.tables;
    leave_stage(ApStage::wrote_tables);
    record.scheduler = prepared.scheduler;
    leave_stage(ApStage::wrote_scheduler);
    record.online = 1;
    leave_stage(ApStage::wrote_started);

    leave_stage(ApStage::record_complete);
}

}  // namespace cpu
