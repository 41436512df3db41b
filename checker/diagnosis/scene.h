#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "checker/evidence/evidence.h"
#include "checker/evidence/faults.h"
#include "checker/evidence/questions.h"
#include "checker/judgement/commands.h"
#include "checker/judgement/control_flag.h"
#include "checker/judgement/outcome.h"
#include "checker/lab/lab.h"
#include "x86/exception.h"

namespace diagnosis {

namespace labs = lab::numbers;

// What rules speak of most.
using evidence::Cpu;
using evidence::End;
using evidence::Exception;
using evidence::in_trampoline;
using evidence::Location;
using evidence::Registers;
using Register = judgement::ControlFlag::Register;
using x86::ExceptionVector;

/// What a rule looks at: the evidence, and the CPU that it is about. The pointers point into the
/// evidence.
struct Scene {
    Scene(const lab::Lab& its_lab, const evidence::Evidence& its_evidence,
          judgement::Outcome its_outcome);

    const lab::Lab& lab;
    const evidence::Evidence& evidence;
    judgement::Outcome outcome;
    const Cpu* bsp;                         // null where the engine told of none
    const Cpu* cpu;                         // as evidence::concerned says; may be null
    const Exception* oldest;                // of that CPU; null where it has none
    std::span<const Exception> chain;       // from that one on
    const Registers* before;                // as the oldest found them; null where nobody can tell
    const Registers* tables;                // the same, if GDTR and IDTR are among them
    std::optional<std::uint8_t> interrupt;  // whose delivery failed with the oldest
    const evidence::TrampolinePage* page;   // at 0x8000; null where it could not be read
    // Of what the BSP sent; nothing where the engine could not tell.
    std::optional<std::vector<judgement::CommandFlaw>> flaws;

    /// Of that CPU: as the oldest exception found them, else as the run left them; null where
    /// neither is known.
    const Registers* registers() const;
    const Registers* bsp_registers() const;

    /// The oldest exception is `vector`.
    bool raised(ExceptionVector vector) const { return oldest && evidence::is(*oldest, vector); }
    /// The oldest exception is a #PF with all of these bits.
    bool page_fault_with(x86::PageFaultError bits) const {
        return oldest && evidence::page_fault_with(*oldest, bits);
    }
    /// The oldest exception is `vector` at an instruction that begins with this mnemonic or
    /// contains this operand.
    bool raised_at(ExceptionVector vector, std::string_view part_of_instruction) const {
        return raised(vector) && at_instruction(part_of_instruction);
    }
    /// The oldest exception is a #PF of an instruction's own fetch.
    bool fetch_fault() const { return oldest && evidence::is_fetch_fault(*oldest); }
    /// The instruction of the oldest exception, or that where the CPU stands where it has none, is
    /// known and has this in it.
    bool at_instruction(std::string_view part) const;
    /// An exception of ring 3, or on the way out of it.
    bool in_ring_3() const;
    /// "CPU 1", "The CPU" where there is but one, or "A CPU" where a log does not say which.
    std::string who() const;
    /// What a log tells besides; has nothing in it where the machine was ours.
    const evidence::Log& log() const;
    /// The oldest exception is #GP at an instruction in the page at 0x8000.
    bool protection_fault_in_trampoline() const {
        return raised(ExceptionVector::general_protection) && in_trampoline(oldest->where.address);
    }
    /// The same, at an instruction that can load CS: nothing else goes to another segment.
    bool refused_to_jump() const;
    /// On the way to 64-bit code, between letters p and R, with registers that are known.
    bool enters_long_mode() const { return registers() && reached('p') && !reached('R'); }
    /// Died on the fetch after `mov cr0`: paging is on, and the page tables do not lead back to the
    /// trampoline.
    bool lost_the_trampoline() const;
    /// The error code of the oldest exception, read as one that names a selector.
    x86::SelectorErrorCode selector_error() const {
        return oldest ? evidence::selector_error(*oldest) : x86::SelectorErrorCode{0};
    }
    /// The walk for the oldest exception's address, where the engine could do one.
    const x86::PageWalk* walk() const;
    /// This lab's seam is what can be wrong here: the lab is judged, or all are together.
    bool judges(unsigned number) const { return lab.number == number || lab.number == 0; }
    /// The CPU left this letter.
    bool reached(char stage) const { return cpu && evidence::reached(*cpu, stage); }
    /// In one of the files that the student wrote.
    bool in_seam(const Location& location) const;
};

/// The CPU is in it, whatever its code segment is.
inline bool in_long_mode(const Registers& registers) {
    return registers.control.efer.has(x86::efer::lma);
}

/// What a 32-bit register keeps of a value.
constexpr std::uint64_t low_32_bits = 0xffffffff;

}  // namespace diagnosis
