// From what a boot left to why. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checker/catalogue/catalogue.h"
#include "checker/evidence/evidence.h"
#include "checker/judgement/outcome.h"
#include "checker/lab/lab.h"

namespace diagnosis {

/// A piece of the evidence, ready to be shown: "EFER", and the lines for it.
struct Exhibit {
    std::string label;
    std::vector<std::string> lines;
};

/// Why a run is not a pass.
struct Diagnosis {
    std::string id;               // stable: "nxe-missing"; "unknown" where no rule knows
    std::optional<unsigned> cpu;  // whom it is about
    std::string cause;            // one sentence: what went wrong first
    std::string consequence;      // why the machine did not survive it; may be empty
    std::vector<Exhibit> exhibits;
    std::string meaning;  // why the machine then does what it did; may be empty
    std::string advice;
    unsigned lab = 0;        // whose handout explains it
    catalogue::Entry about;  // the cause in general; empty where the catalogue was not read
};

inline constexpr std::string_view unknown_id = "unknown";

/// The label of the exceptions that a log has before those that it is about.
inline constexpr std::string_view before_it = "before it";

/// The first rule that matches (see rules/) names the cause; else one that holds for any kernel
/// (see any_kernel/). Where none does, it is `unknown` and the exhibits stand alone: no rule
/// guesses. Where a rule says no more than that, the lab's catalogue of causes says why and what to
/// do. Empty when the run passed, and for a checker error.
std::optional<Diagnosis> diagnose(const lab::Lab& lab, const evidence::Evidence& evidence,
                                  judgement::Outcome outcome);

/// The same of a log, which is of no lab: only by the rules for any kernel.
Diagnosis diagnose(const evidence::Evidence& log, const catalogue::Catalogue& causes);

}  // namespace diagnosis
