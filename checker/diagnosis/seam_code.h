// A student's assembly, read as it was linked: what its instructions are, whatever an AP made of
// them.
#pragma once

#include <optional>
#include <string_view>

#include "checker/diagnosis/scene.h"

namespace diagnosis {

/// The code of `file` does not end with an instruction that leads elsewhere: whoever executes it to
/// its end runs on into what follows. False where its lines are not known.
bool falls_off(const Scene& scene, std::string_view file);

/// How many more pushes than pops `file` has, read in one go as 32-bit code.
int pushes_left(const Scene& scene, std::string_view file);

/// The first line of `file`, read as 32-bit code, that gives ESP another value than pushing and
/// popping do.
std::optional<evidence::CodeLine> writes_esp(const Scene& scene, std::string_view file);

/// The first line of `file`, read as 32-bit code, that jumps into `other` without a condition.
std::optional<evidence::CodeLine> jump_into(const Scene& scene, std::string_view file,
                                            std::string_view other);

/// A line of the student's whose bytes this CPU reads as something else: in its code size the
/// instruction there does not end where the next line begins, and in another it does.
struct Misread {
    evidence::CodeLine line;
    std::string meant;  // the instruction, in the code size that fits
    unsigned bits = 0;  // that code size
    std::string read;   // what the CPU makes of it
};

/// The line of `file` that a CPU with these registers stands in, if it is such a line.
std::optional<Misread> misread(const Scene& scene, const evidence::Registers& registers,
                               std::string_view file);

}  // namespace diagnosis
