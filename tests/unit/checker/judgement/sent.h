// What a BSP may have sent, made by hand for tests.
#pragma once

#include <initializer_list>

#include "checker/evidence/evidence.h"
#include "checker/evidence/questions.h"

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

/// As the kernel notes them: whose turn it was, and what lay at 0x8000 for it, which is right.
inline void note(evidence::Evidence& evidence) {
    const evidence::TrampolinePage* both = trampoline_page(evidence);
    unsigned turn = 1;
    bool had_sipi = false;
    for (observed::SentCommand& each : evidence.sent->first) {
        const bool next =
            each.command().destination() == turn + 1 && had_sipi && turn + 1 < evidence.cpus.size();
        turn += next ? 1 : 0;
        const bool sipi = each.command().mode() == x86::DeliveryMode::startup;
        had_sipi = (had_sipi && !next) || (sipi && each.command().destination() == turn);
        each.started = each.message_for = turn;
        if (both && sipi) {
            each.code = evidence::code_sum(both->image);
            each.tables = evidence::tables_sum(both->image);
        }
    }
    bool tried_last = false;
    for (evidence::Cpu& cpu : evidence.cpus)
        if (cpu.cpu != 0 && cpu.handshake == evidence::Handshake::unknown && !tried_last) {
            tried_last = cpu.trace.empty();
            cpu.handshake =
                tried_last ? evidence::Handshake::given_up : evidence::Handshake::online;
        }
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
    note(evidence);
    return evidence;
}

}  // namespace sent
