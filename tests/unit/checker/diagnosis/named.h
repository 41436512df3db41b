// What the checker calls it, and what it looks at, for tests of single rules.
#pragma once

#include <string>

#include "checker/diagnosis/diagnosis.h"
#include "tests/unit/checker/judgement/synthetic.h"

namespace named {

/// The id of the diagnosis of a run of lab `number` that came out as `outcome`.
inline std::string id(const evidence::Evidence& evidence, judgement::Outcome outcome,
                      unsigned number) {
    lab::Lab lab = synthetic::lab_5();
    lab.number = number;
    const auto found = diagnosis::diagnose(lab, evidence, outcome);
    return found ? found->id : "none";
}

/// Of CPU 1, to change.
inline evidence::Registers& registers(evidence::Evidence& evidence) {
    return *evidence.cpus[1].registers;
}
inline x86::ControlState& control(evidence::Evidence& evidence) {
    return registers(evidence).control;
}

}  // namespace named
