#include "cpu/clock.h"

#include "cpu/lapic.h"
#include "cpu/lapic_timer.h"
#include "cpu/traps.h"
#include "instructions.h"
#include "lib/panic.h"
#include "lib/this_cpu.h"
#include "x86/legacy.h"

namespace cpu {

namespace {

using instructions::out8;
using x86::LapicRegister;
using x86::LvtEntry;

constexpr std::uint32_t window_us = 10'000;

constinit Rate lapic_timer;
constinit Rate tsc;
constinit std::uint64_t tsc_at_calibration = 0;

void initialize(x86::PicPorts ports, Vector first_vector, std::uint8_t wiring) {
    out8(ports.command, x86::pic::initialize);
    out8(ports.data, static_cast<std::uint8_t>(first_vector));
    out8(ports.data, wiring);
    out8(ports.data, x86::pic::mode_8086);
    out8(ports.data, x86::pic::mask_all);
}

// An IRQ that went away before the CPU took it arrives as the controller's last one. [8259]
constexpr std::uint8_t spurious_irq = 7;

constexpr std::uint8_t spurious_vector(Vector first) {
    return static_cast<std::uint8_t>(static_cast<std::uint8_t>(first) + spurious_irq);
}

void ignore_spurious(TrapFrame&) {}
// An IRQ 0, which only wakes this CPU, or the slave's spurious one, whose IRQ 2 was real.
void end_at_master(TrapFrame&) {
    out8(x86::pic_master.command, x86::pic::end_of_interrupt);
}

// The PIT is the one clock of a PC whose speed is known. Its channel 0 reaches this CPU by IRQ 0
// of the 8259, and the 8259 by the LAPIC's pin LINT0.
void start_pit() {
    constexpr auto count = std::uint64_t{window_us} * x86::pit_frequency / 1'000'000;
    static_assert(count <= 0xffff);
    constexpr auto once = x86::PitCommand::count_on(0, x86::PitMode::interrupt_on_terminal_count);
    set_handler(Vector::pic_master, end_at_master);
    write_lapic(LapicRegister::lvt_lint0, LvtEntry::external().raw);
    out8(x86::pic_master.data, x86::pic::mask_all_but(0));
    out8(x86::pit_command, once.raw);
    out8(x86::pit_channel_0, static_cast<std::uint8_t>(count));
    out8(x86::pit_channel_0, static_cast<std::uint8_t>(count >> 8));
}

// The PIT itself is asked. Its interrupt only wakes this CPU to look: the firmware leaves the
// channel running, and one of its own may come in between.
bool pit_has_ended() {
    out8(x86::pit_command, x86::PitCommand::read_status(0).raw);
    return x86::PitStatus{instructions::in8(x86::pit_channel_0)}.has(x86::pit_status::output);
}

// The 8259 is told first to be silent: QEMU 7.2 does not take back what is on its way when LINT0 is
// masked, and has no vector for it then.
void stop_pit() {
    out8(x86::pic_master.data, x86::pic::mask_all);
    write_lapic(LapicRegister::lvt_lint0, LvtEntry::masked().raw);
}

/// The rate of what has counted so far in the window; no rate at all if no clock is like that.
Rate require_rate(const char* clock, std::uint64_t counts) {
    const Rate rate{counts, window_us};
    if (!rate.is_plausible()) {
        lib::panic("{} seems to count {} times in {} us", clock, counts, window_us);
    }
    return rate;
}

}  // namespace

void silence_pic() {
    initialize(x86::pic_master, Vector::pic_master, x86::pic::master_wiring);
    initialize(x86::pic_slave, Vector::pic_slave, x86::pic::slave_wiring);
    set_handler(spurious_vector(Vector::pic_master), ignore_spurious);
    set_handler(spurious_vector(Vector::pic_slave), end_at_master);
}

void calibrate_clocks() {
    const lib::InterruptGuard guard;
    enable_timer();
    start_pit();
    const std::uint64_t tsc_before = instructions::read_tsc();
    // From the highest count down. It takes a good while to reach 0, and so also wakes us if the
    // PIT never does.
    start_one_shot(max_timer_count);
    while (!pit_has_ended() && !one_shot_has_ended()) {
        instructions::halt_with_interrupts();
        instructions::cli();
    }
    const std::uint32_t left = read_lapic(LapicRegister::timer_current_count);
    const std::uint64_t tsc_after = instructions::read_tsc();
    stop_timer();
    stop_pit();

    if (one_shot_has_ended()) {
        lib::panic("the PIT's interrupt does not arrive, so nothing tells how fast time passes");
    }
    lapic_timer = require_rate("the local APIC's timer", max_timer_count - left);
    tsc = require_rate("the time stamp counter", tsc_after - tsc_before);
    tsc_at_calibration = tsc_after;
}

Rate lapic_timer_rate() {
    return lapic_timer;
}

bool clock_runs() {
    return tsc_at_calibration != 0;
}

std::uint64_t now_us() {
    return tsc.microseconds_in(instructions::read_tsc() - tsc_at_calibration);
}

}  // namespace cpu
