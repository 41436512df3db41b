// Why a CPU died, as far as its registers and its exceptions prove it: of any kernel, without its
// memory.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "checker/causes/autopsy.h"
#include "checker/evidence/questions.h"

namespace causes {

using evidence::Mode;
using evidence::mode_of;

struct Cause {
    std::string_view id;      // stable: "no-idt"; "unknown" where nothing more can be said
    std::string text;         // one sentence
    std::string detail = {};  // what this state adds to the catalogue's why
    std::string advice = {};  // instead of the catalogue's
};

/// The first rule that the state proves; none guesses.
std::optional<Cause> proven_cause(const Autopsy& autopsy);

/// The same, or what is known without one.
Cause cause_of(const Autopsy& autopsy);

/// Why no handler took care of the first exception; empty where that is not known.
std::string unhandled(const Autopsy& autopsy);

/// "CPU 1", "the CPU" where there is but one or "a CPU" where the log does not say which; with a
/// capital letter.
std::string who(const Autopsy& autopsy);

/// No IDT was ever loaded: its register is as a reset left it, or has nothing in it.
bool no_idt(const evidence::Registers& registers);

/// The rules: each is silent unless the state shows its cause.
using Rule = std::optional<Cause> (*)(const Autopsy&);
std::span<const Rule> paging_rules();
std::span<const Rule> code_rules();
std::span<const Rule> descriptor_rules();
std::span<const Rule> frame_rules();
/// These need no exception; the others are asked where there is one.
std::span<const Rule> state_rules();

}  // namespace causes
