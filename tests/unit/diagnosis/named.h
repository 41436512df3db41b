// What the checker calls it, for tests of single rules.
#pragma once

#include <string>

#include "checker/diagnosis/diagnosis.h"
#include "tests/unit/judgement/synthetic.h"

namespace named {

/// The id of the diagnosis of a run of lab `number` that came out as `outcome`.
inline std::string id(const evidence::Evidence& evidence, judgement::Outcome outcome,
                      unsigned number) {
    lab::Lab lab = synthetic::lab_5();
    lab.number = number;
    const auto found = diagnosis::diagnose(lab, evidence, outcome);
    return found ? found->id : "none";
}

}  // namespace named
