#include "smp/ap_entry.h"

#include <array>
#include <atomic>

#include "console/print.h"
#include "cpu/descriptor_tables.h"
#include "cpu/features.h"
#include "cpu/lapic_timer.h"
#include "cpu/panic.h"
#include "smp/match_bsp.h"
#include "smp/per_cpu.h"
#include "trampoline/stage.h"

namespace smp {

namespace {

using observed::ApState;

std::atomic_ref<ApState> state_of(unsigned cpu) {
    return std::atomic_ref(observed::ap_states[cpu]);
}

// The BSP and the AP may both want to leave `starting`; the first one wins. Release: the CPU that
// sees the new state also sees everything that this one had written before.
bool leave_starting(unsigned cpu, ApState next) {
    ApState expected = ApState::starting;
    return state_of(cpu).compare_exchange_strong(expected, next, std::memory_order_acq_rel);
}

/// Panics with the name of a bit that is not as the BSP has it, if there is one.
template <class F, std::size_t count>
void require_same(unsigned cpu, std::string_view register_name, F bsp, F mine,
                  const std::array<x86::NamedFlag<F>, count>& names) {
    for (unsigned number = 0; number < 64; ++number) {
        const auto flag = x86::flag<F>(number);
        if (bsp.has(flag) != mine.has(flag)) {
            lib::panic("cpu {} does not match the BSP: {}.{} (bit {}) is {}, and is to be {}", cpu,
                       register_name, x86::name_of(flag, names), number, mine.has(flag) ? 1 : 0,
                       bsp.has(flag) ? 1 : 0);
        }
    }
}

/// The AP has set what long mode needs, and taken NXE and WP from the BSP. All else is as INIT left
/// it, whatever the BSP's loader has left there; or the kernel says so here and stops.
void require_same_state(unsigned cpu, const x86::ControlState& bsp) {
    using namespace x86;
    const ControlState mine = instructions::read_control_state();
    require_same(cpu, "CR0", bsp.cr0 & (cr0::pe | cr0::et | cr0::wp | cr0::pg), mine.cr0,
                 cr0_names);
    require_same(cpu, "EFER", bsp.efer & (efer::lme | efer::lma | efer::nxe), mine.efer,
                 efer_names);
    require_same(cpu, "CR4", bsp.cr4 & cr4::pae, mine.cr4, cr4_names);
    if (bsp.cr3 != mine.cr3) {
        lib::panic("cpu {} does not match the BSP: CR3 is {:#x}, the BSP's is {:#x}", cpu, mine.cr3,
                   bsp.cr3);
    }
    // Interrupts went off at '2' and come back with the idle loop; compilers count on DF being 0.
    const x86::Rflags flags = instructions::read_rflags();
    if (flags.any(x86::rflags::if_ | x86::rflags::df)) {
        lib::panic("cpu {} came back from the labs' code with RFLAGS.{} set", cpu,
                   flags.has(x86::rflags::if_) ? "IF" : "DF");
    }
}

/// The rest of the AP's start, on its own stack: its first one goes back to the frame allocator.
[[noreturn, gnu::patchable_function_entry(3)]] void finish_start() {
    const unsigned cpu = this_cpu().id;
    cpu::require_features();
    cpu::enable_lapic();
    cpu::enable_timer();
    if (!leave_starting(cpu, ApState::online)) {
        console::print("cpu {:>2}: came up after its deadline; stopping it\n", cpu);
        cpu::stop_this_cpu();
    }
    ap_main();
}

}  // namespace

void expect_ap(unsigned cpu) {
    state_of(cpu).store(ApState::starting, std::memory_order_release);
}

bool give_up(unsigned cpu) {
    return leave_starting(cpu, ApState::given_up);
}

// Three NOPs come first, as in finish_start(): APs are stopped there. docs/decisions/0008
extern "C" [[noreturn, gnu::patchable_function_entry(3)]] void ap_entry64(
    trampoline::Mailbox* mailbox) {
    using trampoline::ApStage;
    using trampoline::leave_stage;

    // From here to the letter E (per_cpu.cc) no page may be touched that is NX: no constant, no
    // variable, nothing but code, ports and low memory, where this stack is. This CPU may not know
    // NX yet, and the lab that leaves it so must see it die at the write of PerCpu.id, not here.
    leave_stage(ApStage::entered_cpp);
    instructions::cli();
    leave_stage(ApStage::interrupts_off);
    leave_stage(ApStage::matching_bsp);
    match_bsp(mailbox->bsp);

    const unsigned cpu = mailbox->cpu;
    adopt_record(cpu);

    PerCpu& self = this_cpu();
    static_cast<cpu::DescriptorTables*>(self.tables)->load();
    require_same_state(cpu, mailbox->bsp);
    instructions::continue_on_stack(self.stack_top, finish_start);
}

}  // namespace smp
