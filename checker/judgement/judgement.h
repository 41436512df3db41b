// From what a boot left to what it is worth. Pure.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "checker/evidence/evidence.h"
#include "checker/judgement/checks.h"
#include "checker/judgement/outcome.h"
#include "checker/lab/lab.h"

namespace judgement {

/// One engine's verdict.
struct RunVerdict {
    Outcome outcome = Outcome::checker_error;
    std::vector<Finding> findings;  // one for each fact of the lab, in its order
};

/// All engines' together.
struct LabVerdict {
    Outcome outcome = Outcome::checker_error;
    unsigned points = 0;
    std::vector<Finding> findings;  // as above: yes where some engine says so and none denies it
};

/// Judges one run by state, and by the facts that are asked on its machine: the others are not
/// told. Throws checker::Error if lab.toml names a check or a flag that does not exist.
RunVerdict judge(const lab::Lab& lab, const Evidence& evidence);

/// What one engine says of each fact after both machines: what only one was asked, that one says.
std::vector<Finding> both_machines(std::vector<Finding> first, std::span<const Finding> second);

/// The lab's outcome is the worst of its runs' (see Outcome). A fact earns its points when every
/// run shows it; a run that ended in a checker error has no say, so it costs no point.
LabVerdict combine(const lab::Lab& lab, std::span<const RunVerdict> runs);

/// True if the run shows what lab.toml documents for the untouched starter. Which of the two error
/// codes a reserved bit gives is the engine's habit (see documented.error), so only the bits that
/// `error_has` names decide.
bool is_documented(const lab::Lab& lab, const Evidence& evidence, Outcome outcome,
                   std::string_view diagnosis);

}  // namespace judgement
