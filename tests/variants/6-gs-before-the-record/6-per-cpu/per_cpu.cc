// Lab 6: an AP takes over its own record.
#include "smp/per_cpu.h"

#include "instructions.h"
#include "trampoline/stage.h"
#include "x86/apic.h"
#include "x86/msr.h"

namespace smp {

std::uint32_t read_lapic_id() {
    // --- student code begins ---
    const std::uint32_t id = read_lapic(x86::LapicRegister::id);
    return in_x2apic_mode() ? id : x86::xapic_id(id);
    // --- student code ends ---
}

void adopt_record(unsigned cpu) {
    // --- student code begins ---
    instructions::write_msr(x86::Msr::gs_base, x86::address_of(&record_of(cpu)).raw);
    init_percpu(cpu);
    trampoline::leave_stage(trampoline::ApStage::init_returned);

    trampoline::leave_stage(trampoline::ApStage::setting_gs);
    trampoline::leave_stage(trampoline::ApStage::gs_set);
    // --- student code ends ---
}

}  // namespace smp
