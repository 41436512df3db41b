#include "smp/ap_entry.h"

#include "console/print.h"
#include "cpu/control_state.h"
#include "cpu/descriptor_tables.h"
#include "cpu/features.h"
#include "cpu/lapic.h"
#include "cpu/lapic_timer.h"
#include "cpu/per_cpu.h"
#include "cpu/stop.h"
#include "instructions.h"
#include "lib/panic.h"
#include "smp/handshake.h"
#include "smp/match_bsp.h"
#include "trampoline/stage.h"

namespace smp {

namespace {

constinit ApWork ap_work = nullptr;

/// The AP inherits the BSP's control state. That it really did is not left to hope.
void require_same_state(unsigned cpu, const x86::ControlState& bsp) {
    if (const auto wrong = cpu::difference(bsp, cpu::read_control_state())) {
        lib::panic("cpu {} does not match the BSP: {}", cpu, wrong->text());
    }
}

/// The rest of the AP's start, on its own stack: its first one goes back to the frame allocator.
[[noreturn]] void finish_start() {
    const unsigned cpu = cpu::this_cpu().id;
    cpu::require_features();
    cpu::enable_lapic();
    cpu::enable_timer();
    if (!come_online(cpu)) {
        console::print("cpu {:>2}: came up after its deadline; stopping it\n", cpu);
        cpu::stop_this_cpu();
    }
    ap_work();
    lib::panic("cpu {} has come back from its work", cpu);
}

}  // namespace

void set_ap_work(ApWork work) {
    ap_work = work;
}

// It begins with NOPs, so that a debugger that stops here finds what the trampoline has made of
// this CPU. Bochs 2.7 with several CPUs misses a breakpoint after the last of every five
// instructions of a CPU's turn, so it takes several instructions in a row to stop at. g++ makes
// three NOPs of it; clang++ makes one of three bytes, and the push that follows is the second.
extern "C" [[noreturn, gnu::patchable_function_entry(3)]] void ap_entry64(
    trampoline::Mailbox* mailbox) {
    using trampoline::ApStage;
    using trampoline::leave_stage;

    // From here to match_bsp() no page may be touched that is NX: no constant, no variable, nothing
    // but code, ports and low memory, where this stack is. This CPU may not know NX yet, and the
    // lab that leaves it so must see it die at the write of PerCpu.id, not here.
    leave_stage(ApStage::entered_cpp);
    instructions::cli();
    leave_stage(ApStage::interrupts_off);
    leave_stage(ApStage::matching_bsp);
    match_bsp(mailbox->bsp);

    const unsigned cpu = mailbox->cpu;
    cpu::adopt_record(cpu);

    cpu::PerCpu& self = cpu::this_cpu();
    self.tables->load();
    require_same_state(cpu, mailbox->bsp);
    instructions::continue_on_stack(self.stack_top, finish_start);
}

}  // namespace smp
