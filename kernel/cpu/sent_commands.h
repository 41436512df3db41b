// What this machine has sent to start, stop or reset its CPUs.
//
// Such a command leaves nothing behind that one could read afterwards: the sender's register holds
// the last one only, and the receiver's APIC has no register for them at all. If an AP does not
// come, it is here that one sees what it was told. A debugger and the checker read it by its name.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "x86/apic.h"

namespace cpu {

/// One command, as it was written to the interrupt command register.
struct SentCommand {
    static constexpr std::uint64_t no_clock = ~std::uint64_t{0};

    std::uint64_t time_us = 0;        // as now_us(); no_clock before calibrate_clocks()
    std::uint32_t low = 0, high = 0;  // the halves of the register
    std::uint32_t sender = 0;         // a CPU's number
    std::uint32_t x2apic = 0;         // 1: the destination is all of `high`, not its upper byte

    constexpr x86::InterruptCommand command() const {
        return x2apic != 0 ? x86::InterruptCommand{std::uint64_t{high} << 32 | low}
                           : x86::InterruptCommand::of_xapic(low, high);
    }

    constexpr bool operator==(const SentCommand&) const = default;
};

/// True for what this record is about. An ordinary interrupt shows in its handler. But one with the
/// number of an exception, 0..31, has no handler here: its sender meant something else.
constexpr bool is_noted(x86::InterruptCommand command) {
    constexpr std::uint8_t first_interrupt = 32;
    return command.mode() != x86::DeliveryMode::fixed || command.vector() < first_interrupt;
}

/// The first commands since the machine was switched on: those with which it woke its APs.
struct SentCommands {
    static constexpr std::uint32_t capacity = 64;

    std::uint32_t count = 0;  // goes on where there is no room any more
    std::uint32_t unused = 0;
    std::array<SentCommand, capacity> first{};

    /// Several CPUs may send at once.
    void add(const SentCommand& command) {
        const std::uint32_t place = std::atomic_ref(count).fetch_add(1, std::memory_order_relaxed);
        if (place < capacity) {
            first[place] = command;
        }
    }
};

extern SentCommands sent_commands;

/// Adds `command`, with time and sender, if is_noted() wants it. Called before it is sent: one that
/// resets the sender itself is to be found here too.
void note_command(SentCommand command);

}  // namespace cpu
