// A student's assembly, read as it was linked: what its instructions are, whatever an AP made of
// them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "checker/diagnosis/scene.h"
#include "checker/guest/code.h"

namespace diagnosis {

/// A line, and its instruction.
struct ReadLine {
    evidence::CodeLine line;
    std::string text;
    bool behind_stage = false;  // what stands before it is leave_stage
};

/// The code of `file` does not end with an instruction that leads elsewhere: whoever executes it to
/// its end runs on into what follows. False where its lines are not known.
bool falls_off(const Scene& scene, std::string_view file);

/// This CPU sleeps in a loop of HLT and a jump with which `file` ends.
bool parked_at_the_end(const Scene& scene, const Cpu& cpu, std::string_view file);

/// The line of `file` itself, as the CPU reads it, with the conditional jump that this CPU came by
/// to where it halted or loops, taken or not.
std::optional<ReadLine> branch_leads_here(const Scene& scene, const Cpu& cpu,
                                          std::string_view file);

/// The line that ends where this CPU stands in the page, as the CPU reads it.
std::optional<ReadLine> line_before(const Scene& scene, const Cpu& cpu);

/// A way through match_bsp.asm, read as 32-bit code, to a RET that does not find its return
/// address.
struct UnbalancedWay {
    int words = 0;  // that were pushed and not popped; below 0 the other way round
    std::optional<evidence::CodeLine> branch;  // that led there, where another way is balanced
    bool taken = false;                        // by jumping
};
std::optional<UnbalancedWay> unbalanced_way(const Scene& scene);

/// The first line of `file`, read as 32-bit code, that gives ESP another value than pushing and
/// popping do.
std::optional<evidence::CodeLine> writes_esp(const Scene& scene, std::string_view file);

/// The line reads an address of the mailbox's as 32-bit code, and another one as 64-bit code, in
/// which the same bytes name a distance from RIP.
bool reads_mailbox_in_32_bit_alone(const Scene& scene, const evidence::CodeLine& line);

/// The first line of long_mode.asm, read as 32-bit code, that leads into match_bsp.asm by a jump or
/// by a call.
std::optional<evidence::CodeLine> leads_into_match_bsp(const Scene& scene, guest::Flow by);

/// The first line of `file` behind `line` whose instruction, read as 32-bit code, begins so.
std::optional<evidence::CodeLine> next_with(const Scene& scene, std::string_view file,
                                            std::string_view instruction,
                                            const evidence::CodeLine& line = {});

// Of match_bsp.asm, read as 32-bit code:

/// The first line that has `address` as a number, where no line reads memory.
std::optional<evidence::CodeLine> address_as_value(const Scene& scene, std::uint64_t address);

/// The first line that writes to the message in the mailbox.
std::optional<evidence::CodeLine> writes_message(const Scene& scene);

/// What to say of the first line that gives BT or one of its kin a mask for a bit's number, in a
/// register that the line before loads; empty if there is none.
std::string mask_as_bit_number(const Scene& scene);

/// What to say of the first jump by ZF after BT, which answers in CF, or by CF after TEST, which
/// clears it; empty if there is none.
std::string jump_by_another_flag(const Scene& scene);

/// What to say of the first jump of real_mode.asm or long_mode.asm that leads out of the page, to a
/// line of it and the page's address more or less; empty if there is none. Registers are as these.
std::string jump_beside_the_page(const Scene& scene, std::string_view file,
                                 const Registers& registers);

/// A line of the student's whose bytes this CPU reads as something else: in its code size the
/// instruction there does not end where the next line begins, and in another it does.
struct Misread {
    evidence::CodeLine line;
    std::string meant;  // the instruction, in the code size that fits
    unsigned bits = 0;  // that code size
    std::string read;   // what the CPU makes of it
};

/// The first line of `file` itself that a CPU would so misread in code of this size, with nothing
/// before it that leads elsewhere.
std::optional<Misread> first_misread(const Scene& scene, std::string_view file,
                                     guest::CodeSize actual);

/// The line of `file` that a CPU with these registers stands in, if it is such a line.
std::optional<Misread> misread(const Scene& scene, const Registers& registers,
                               std::string_view file);

}  // namespace diagnosis
