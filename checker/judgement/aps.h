// The APs of a run, as checks ask for them.
#pragma once

#include <fmt/format.h>

#include "checker/evidence/evidence.h"
#include "checker/evidence/questions.h"
#include "checker/judgement/finding.h"

namespace judgement {

/// Asks `check` of every AP that left a letter, until one says no; no if none did.
template <class CheckCpu>
Finding every_started_ap(const evidence::Evidence& evidence, CheckCpu check) {
    bool any = false;
    for (const evidence::Cpu& cpu : evidence.cpus) {
        if (cpu.cpu == 0 || !started(cpu))
            continue;
        any = true;
        if (Finding finding = check(cpu); finding.answer != Finding::Answer::yes)
            return finding;
    }
    return any ? yes() : no("no AP started");
}

/// Likewise of those that were watched as they arrived in C++.
template <class CheckCpu>
Finding every_watched_ap(const evidence::Evidence& evidence, CheckCpu check) {
    return every_started_ap(evidence, [&](const evidence::Cpu& cpu) {
        return cpu.cpu <= evidence::watched_aps ? check(cpu) : yes();
    });
}

/// Asks `check` of every AP that was requested, until one says no.
template <class CheckCpu>
Finding every_ap(const evidence::Evidence& evidence, CheckCpu check) {
    if (evidence.cpus.size() < evidence.cpus_requested)
        return not_told("the engine did not tell of every CPU");
    for (const evidence::Cpu& cpu : evidence.cpus) {
        if (cpu.cpu == 0)
            continue;
        if (!started(cpu))
            return no(fmt::format("CPU {} left no letter", cpu.cpu));
        if (Finding finding = check(cpu); finding.answer != Finding::Answer::yes)
            return finding;
    }
    return yes();
}

/// "left no letter" or "stopped after" those that it left.
inline std::string how_far(const evidence::Cpu& cpu) {
    return cpu.trace.empty() ? "left no letter" : fmt::format("stopped after {}", cpu.trace);
}

inline Finding no_registers(const evidence::Cpu& cpu) {
    return not_told(fmt::format("the engine gave no registers of CPU {}", cpu.cpu));
}

}  // namespace judgement
