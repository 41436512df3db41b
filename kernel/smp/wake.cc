#include "smp/wake.h"

#include <atomic>

#include "console/print.h"
#include "cpu/control_state.h"
#include "cpu/lapic.h"
#include "cpu/lapic_timer.h"
#include "lib/panic.h"
#include "memory/frames.h"
#include "memory/identity_map.h"
#include "memory/kernel_space.h"
#include "smp/ap_entry.h"
#include "smp/handshake.h"
#include "smp/start_ap.h"

namespace smp {

std::array<trampoline::ApTrace, cpu::max_cpus> ap_traces;

namespace {

constexpr unsigned deadline_us = 200'000;
constexpr unsigned poll_us = 100;

/// Halts until the AP has come online or its deadline has passed; whichever the handshake records
/// first is final.
bool wait_until_online(unsigned cpu) {
    for (unsigned waited = 0; waited < deadline_us; waited += poll_us) {
        if (is_online(cpu))
            return true;
        cpu::sleep_us(poll_us);
    }
    return !give_up(cpu);
}

void keep_trace(unsigned cpu) {
    const auto& trace = mailbox().trace;
    ap_traces[cpu].length = trace.length;
    for (std::size_t i = 0; i < sizeof(trace.letters); ++i)
        ap_traces[cpu].letters[i] = trace.letters[i];
}

void report_missing(unsigned cpu, std::uint32_t lapic_id) {
    const auto& trace = ap_traces[cpu];
    if (trace.length == 0)
        console::print("smp: cpu {} (LAPIC {}) did not answer within {} ms: not one stage reached\n",
                       cpu, lapic_id, deadline_us / 1000);
    else
        console::print("smp: cpu {} (LAPIC {}) did not answer within {} ms: its last stage was '{}'\n",
                       cpu, lapic_id, deadline_us / 1000, trace.letters[trace.length - 1]);
}

/// Starts one AP and waits for it.
bool wake(unsigned cpu, std::uint32_t lapic_id, x86::PhysicalAddress first_stack) {
    cpu::prepare(cpu);
    const trampoline::Mailbox message{
        .bsp = cpu::read_control_state(),
        .stack_top = first_stack.raw + memory::frame_size,
        .entry = reinterpret_cast<std::uint64_t>(&ap_entry64),
        .cpu = cpu,
        .lapic_id = lapic_id,
        .trace = {},
    };
    console::write_raw(label.text());
    start_ap(message);
    const bool online = wait_until_online(cpu);
    keep_trace(cpu);
    console::write_raw("\n");

    if (!online)
        report_missing(cpu, lapic_id);
    else if (const auto read = cpu::record_of(cpu).lapic_id; read != lapic_id)
        console::print("smp: cpu {} warning: LAPIC ID mismatch (expected {}, got {})\n", cpu,
                       lapic_id, read);
    return online;
}

}  // namespace
}  // namespace smp
