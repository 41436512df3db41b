// What one run says about one fact of lab.toml, and how a check asks all APs.
#pragma once

#include <fmt/format.h>
#include <span>
#include <string>
#include <utility>

#include "checker/evidence/evidence.h"
#include "checker/evidence/questions.h"

namespace judgement {

using evidence::Cpu;
using evidence::Evidence;

struct Finding {
    enum class Answer { no, yes, not_told };  // not_told: the engine gave no state to decide by

    Answer answer = Answer::no;
    std::string detail;      // why not: "CPU 1 has it clear (EFER 0x500)"; empty for yes
    bool elsewhere = false;  // where it came to be so is told by the diagnosis, not by the fact

    bool holds() const { return answer == Answer::yes; }
};

inline Finding yes() {
    return {Finding::Answer::yes, {}};
}
inline Finding no(std::string detail) {
    return {Finding::Answer::no, std::move(detail)};
}
template <class... Args>
requires(sizeof...(Args) != 0) Finding no(fmt::format_string<Args...> detail, Args&&... args) {
    return no(fmt::format(detail, std::forward<Args>(args)...));
}
/// Yes where `it_holds`; otherwise why not.
template <class... Args>
Finding yes_if(bool it_holds, fmt::format_string<Args...> why_not, Args&&... args) {
    return it_holds ? yes() : no(fmt::format(why_not, std::forward<Args>(args)...));
}
inline Finding not_told(std::string detail) {
    return {Finding::Answer::not_told, std::move(detail)};
}
inline Finding no_registers(const Cpu& cpu) {
    return not_told(fmt::format("the engine gave no registers of CPU {}", cpu.cpu));
}
inline const Finding no_registers_of_bsp = not_told("the engine gave no registers of the BSP");
inline const Finding no_end = no("the kernel did not come to its end");

/// Asks `check` of every AP that started, until one says no; no if none did. Who was called and
/// shows nothing of it has hidden what it was.
template <class CheckCpu>
Finding every_started_ap(const Evidence& evidence, CheckCpu check) {
    bool any = false;
    for (const Cpu& cpu : evidence.cpus) {
        if (cpu.cpu == 0)
            continue;
        if (!started(cpu)) {
            if (cpu.handshake == evidence::Handshake::given_up)
                return no("CPU {} was called, and has left nothing", cpu.cpu);
            continue;
        }
        any = true;
        if (Finding finding = check(cpu); !finding.holds())
            return finding;
    }
    return any ? yes() : no("no AP started");
}

/// Likewise of those that were watched as they arrived in C++.
template <class CheckCpu>
Finding every_watched_ap(const Evidence& evidence, CheckCpu check) {
    return every_started_ap(evidence, [&](const Cpu& cpu) {
        return cpu.cpu <= evidence::watched_aps ? check(cpu) : yes();
    });
}

/// Why an AP whose trace is empty left no letter there.
inline Finding silent(const Evidence& evidence, const Cpu& cpu) {
    using evidence::Handshake;
    for (const Cpu& earlier : std::span{evidence.cpus}.first(cpu.cpu))
        if (earlier.handshake == Handshake::given_up)
            return no("CPU {} was not called, since CPU {} had not come up", cpu.cpu, earlier.cpu);
        else if (earlier.handshake == Handshake::starting && cpu.handshake == Handshake::unknown)
            return no("CPU {} had not been called when the machine stopped", cpu.cpu);
    return no("CPU {}'s trace in memory is empty", cpu.cpu);
}

/// Asks `check` of every AP that was requested, until one says no.
template <class CheckCpu>
Finding every_ap(const Evidence& evidence, CheckCpu check) {
    if (evidence.cpus.size() < evidence.cpus_requested)
        return not_told("the engine did not tell of every CPU");
    for (const Cpu& cpu : evidence.cpus) {
        if (cpu.cpu == 0)
            continue;
        if (!started(cpu))
            return silent(evidence, cpu);
        if (Finding finding = check(cpu); !finding.holds())
            return finding;
    }
    return yes();
}

/// "left no letter in memory" or "stopped after" those that it left.
inline std::string how_far(const Cpu& cpu) {
    return cpu.trace.empty() ? "left no letter in memory"
                             : fmt::format("stopped after {}", cpu.trace);
}

}  // namespace judgement
