// What the BSP sent to wake the APs, beside what lab 3 and the manual want of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checker/evidence/evidence.h"

namespace judgement {

using evidence::Cpu;
using evidence::Evidence;

/// One thing that is wrong with the commands.
struct CommandFlaw {
    enum class Kind {
        level_missing,     // bit 14 is clear in what is no de-assertion of INIT
        init_with_vector,  // of an INIT the vector must be 0
        to_sender,         // it reaches the BSP itself
        to_several,        // it reaches more than one CPU
        to_logical,        // its destination is no APIC ID
        to_another,        // it goes to another CPU than the one that is being started
        for_nobody,        // an INIT while no CPU is being started, or of an AP's
        wrong_page,        // of a SIPI
        init_missing,      // before a SIPI
        too_early,         // a SIPI less than 10 ms after its INIT
        page_late,         // a SIPI while the trampoline was not at 0x8000
        message_late,      // a SIPI while the mailbox had no message for this AP
        sipi_missing,      // after an INIT
        init_last,         // an INIT after the SIPI, and no SIPI after that
        nothing_sent,      // neither INIT nor SIPI for this CPU
    };

    Kind kind;
    unsigned cpu;                                       // which was being started
    std::optional<observed::SentCommand> command = {};  // none where it is missing
    std::uint64_t after_us = 0;                         // too_early: since INIT
};

/// An INIT; a de-assertion resets nobody.
bool is_init(x86::InterruptCommand command);
/// An INIT or a SIPI.
bool is_start(x86::InterruptCommand command);

/// It goes to this ID, or to several: by shorthand, by the ID that means everyone, by logical IDs.
bool may_reach(const observed::SentCommand& sent, std::uint32_t apic_id);

/// Between an INIT and its SIPI [sdm3 9.4.4.1]; the clocks were measured against each other, which
/// leaves a little.
inline constexpr std::uint64_t least_wait_us = 10'000 - 100;

/// All of them, by time; those about something missing come last. Nothing where the engine could
/// not tell what was sent, or to whom it ought to have gone. CPUs that the kernel did not come to
/// want no commands.
std::optional<std::vector<CommandFlaw>> command_flaws(const Evidence& evidence);

/// Some SIPI of the BSP's may have reached `cpu`, as far as is known.
bool may_have_had_sipi(const Evidence& evidence, unsigned cpu);

/// The first of one kind; null if there is none.
const CommandFlaw* first(const std::vector<CommandFlaw>& flaws, CommandFlaw::Kind kind);

/// "INIT", "SIPI", "INIT de-assert", "NMI", ...
std::string name(x86::InterruptCommand command);

/// "the INIT for CPU 1 has level 0 (0x00000500)"
std::string describe(const CommandFlaw& flaw);

/// Whether each was sent for the AP of the one before it, or a later one: the BSP starts one after
/// the other. For notes that name them otherwise somebody has written them.
bool in_turn(const Evidence& evidence);

/// What the engine has seen of these commands and the kernel's notes deny, in words; nothing where
/// they agree, or it tells of none.
std::optional<std::string> seen_otherwise(const Evidence& evidence);

}  // namespace judgement
