#include "cpu/lapic.h"

#include <algorithm>
#include <atomic>

#include "cpu/clock.h"
#include "cpu/records.h"
#include "cpu/traps.h"
#include "instructions.h"
#include "lib/panic.h"
#include "lib/this_cpu.h"
#include "memory/kernel_space.h"
#include "memory/layout.h"

namespace cpu {

namespace {

using x86::InterruptCommand;
using x86::LapicRegister;

// Delivery takes microseconds; a read of the LAPIC from 20 ns on.
constexpr unsigned polls = 1'000'000;

// Written once, by the BSP. All CPUs see the registers at the same address, each its own, and are
// in the same mode: firmware chooses it for all of them, and INIT leaves it as it is.
// [sdm3 11.12.5.1]
constinit x86::VirtualAddress registers{0};
constinit bool x2apic_mode = false;

x86::ApicBase apic_base() {
    return {instructions::read_msr(x86::Msr::apic_base)};
}

volatile std::uint32_t& register_at(LapicRegister place) {
    return *x86::pointer_to<volatile std::uint32_t>(registers + static_cast<std::uint64_t>(place));
}

void store(LapicRegister place, std::uint32_t value) {
    if (in_x2apic_mode()) {
        instructions::write_msr(x86::x2apic_msr(place), value);
    } else {
        register_at(place) = value;
    }
}

/// Whether a command is of the kind that observed::SentCommands is about. A fixed interrupt with
/// the number of an exception, 0..31, has no handler: its sender meant something else.
bool is_noted(InterruptCommand command) {
    return command.mode() != x86::DeliveryMode::fixed ||
           command.vector() < x86::exception_vector_count;
}

bool is_starting(observed::ApState& state) {
    return std::atomic_ref(state).load(std::memory_order_relaxed) == observed::ApState::starting;
}

// Before the command is sent: one that resets the sender itself is to be found here too.
void note(std::uint32_t low, std::uint32_t high) {
    observed::SentCommand sent{.low = low, .high = high, .x2apic = in_x2apic_mode()};
    if (!is_noted(sent.command())) {
        return;
    }
    const auto starting = std::ranges::find_if(observed::ap_states, is_starting);
    sent.time_us = clock_runs() ? now_us() : observed::SentCommand::no_clock;
    sent.sender = cpu_number().value_or(max_cpus);
    sent.started = static_cast<std::uint32_t>(starting - observed::ap_states.begin());
    if (sent.command().mode() == x86::DeliveryMode::startup) {
        constexpr x86::PhysicalAddress page{trampoline::page_address};
        sent.page =
            trampoline::look_at(x86::pointer_to<const std::uint32_t>(memory::direct_map(page)));
    }
    observed::SentCommands& all = observed::sent_commands;
    const std::uint32_t place = std::atomic_ref(all.count).fetch_add(1, std::memory_order_relaxed);
    if (place < all.first.size()) {
        all.first[place] = sent;
    }
}

// The upper half as write_lapic() last had it. Only a seam that starts APs writes it like that.
constinit std::uint32_t upper_half_written = 0;

// The register may have dropped the bits that mean nothing, which tell of a forgotten shift. But
// the register counts where send() has written it since.
std::uint32_t upper_half() {
    constexpr std::uint32_t destination = 0xff000000;
    const std::uint32_t held = read_lapic(LapicRegister::interrupt_command_high);
    const bool as_written = ((held ^ upper_half_written) & destination) == 0;
    return as_written ? upper_half_written : held;
}

// A spurious interrupt was withdrawn before it was taken: nothing to do, and no EOI. [sdm3 11.9]
void ignore(TrapFrame&) {}

bool wait_until_sent() {
    for (unsigned poll = 0; poll < polls; ++poll) {
        if (!InterruptCommand::pending(read_lapic(LapicRegister::interrupt_command_low))) {
            return true;
        }
        instructions::pause();
    }
    return false;
}

}  // namespace

void find_lapic() {
    ASSERT(instructions::has(x86::cpuid::apic));
    silence_pic();
    set_handler(Vector::spurious, ignore);
    x2apic_mode = apic_base().has(x86::apic_base::extd);
    registers = memory::map_mmio(x86::address_of(apic_base()), x86::page_size);
}

bool lapic_is_ready() {
    return registers.raw != 0;
}

void enter_lapic_mode() {
    const auto mode = x2apic_mode ? x86::apic_base::extd : x86::ApicBase{};
    instructions::write_msr(x86::Msr::apic_base, (apic_base() | x86::apic_base::enable | mode).raw);
}

void enable_lapic() {
    enter_lapic_mode();
    // While the LAPIC is off its vector table is masked and cannot be changed. [sdm3 11.4.7.2]
    const auto on = x86::SpuriousInterrupt::enabled(static_cast<std::uint8_t>(Vector::spurious));
    write_lapic(LapicRegister::spurious_interrupt, on.raw);
    write_lapic(LapicRegister::task_priority, 0);
    write_lapic(LapicRegister::lvt_timer, x86::LvtEntry::masked().raw);
    write_lapic(LapicRegister::lvt_lint0, x86::LvtEntry::masked().raw);
    write_lapic(LapicRegister::lvt_lint1, x86::LvtEntry::nmi().raw);
}

bool in_x2apic_mode() {
    return x2apic_mode;
}

std::uint32_t read_lapic(LapicRegister place) {
    if (in_x2apic_mode()) {
        return static_cast<std::uint32_t>(instructions::read_msr(x86::x2apic_msr(place)));
    }
    return register_at(place);
}

void write_lapic(LapicRegister place, std::uint32_t value) {
    if (place == LapicRegister::interrupt_command_high) {
        upper_half_written = value;
    } else if (place == LapicRegister::interrupt_command_low) {
        note(value, in_x2apic_mode() ? 0 : upper_half());
    }
    store(place, value);
}

void end_of_interrupt() {
    write_lapic(LapicRegister::end_of_interrupt, 0);
}

bool send(InterruptCommand command) {
    if (in_x2apic_mode()) {
        note(command.low(), command.destination());
        instructions::fence_before_x2apic();
        instructions::write_msr(x86::x2apic_msr(LapicRegister::interrupt_command_low),
                                command.x2apic());
        return true;
    }
    // Two registers make one command: an interrupt handler that sends must not come in between.
    const lib::InterruptGuard guard;
    if (!wait_until_sent()) {
        return false;
    }
    note(command.low(), command.high());
    store(LapicRegister::interrupt_command_high, command.high());
    store(LapicRegister::interrupt_command_low, command.low());
    return wait_until_sent();
}

}  // namespace cpu
