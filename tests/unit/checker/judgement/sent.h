// What a BSP may have sent, made by hand for tests.
#pragma once

#include <initializer_list>

#include "checker/evidence/evidence.h"

namespace sent {

constexpr x86::PhysicalAddress page{0x8000};

inline observed::SentCommand at(std::uint64_t time_us, x86::InterruptCommand command) {
    return {.time_us = time_us, .low = command.low(), .high = command.high()};
}
inline observed::SentCommand init(std::uint64_t time_us, std::uint32_t apic_id) {
    return at(time_us, x86::InterruptCommand::init(apic_id));
}
inline observed::SentCommand sipi(std::uint64_t time_us, std::uint32_t apic_id) {
    return at(time_us, x86::InterruptCommand::startup(apic_id, page));
}

/// These commands, and every CPU's APIC ID its number.
inline evidence::Evidence by(evidence::Evidence evidence,
                             std::initializer_list<observed::SentCommand> commands) {
    for (evidence::Cpu& cpu : evidence.cpus) {
        cpu.apic_id = cpu.cpu;
        if (!cpu.record)
            cpu.record = evidence::Record{.address = 1};
    }
    evidence.sent = evidence::Sent{commands, static_cast<std::uint32_t>(commands.size())};
    return evidence;
}

}  // namespace sent
