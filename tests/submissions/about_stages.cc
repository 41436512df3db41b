// Contradictions about stages: what a sentence says of letters, and the trace.
#include <algorithm>
#include <fmt/format.h>

#include "checker/evidence/questions.h"
#include "tests/submissions/account.h"
#include "trampoline/stage.h"

namespace submissions {

namespace {

using evidence::Cpu;
using In = Told::Part;

// The check of the entry is passed: the J before C++, not that of the record.
bool entry_verified(const Cpu& cpu) {
    return cpu.trace.substr(0, cpu.trace.find('1')).find('J') != std::string::npos;
}

// Whether what a sentence says of stages is true of a trace.
struct StageClaim {
    std::regex text;
    std::function<bool(const Cpu&, const std::smatch&)> holds;
};

const std::vector<StageClaim>& stage_claims() {
    const auto has = [](const Cpu& cpu, const std::smatch& match, std::size_t group) {
        return evidence::reached(cpu, *match[group].first);
    };
    static const std::vector<StageClaim> all{
        {std::regex{"last stage is '(.)'"},
         [](const Cpu& cpu, const std::smatch& match) {
             return cpu.trace.ends_with(match[1].str());
         }},
        {std::regex{"left '(.)' and never '(.)'"},
         [has](const Cpu& cpu, const std::smatch& match) {
             return has(cpu, match, 1) && !has(cpu, match, 2);
         }},
        {std::regex{"comes to stage '(.)'|stage '(.)' says"},
         [has](const Cpu& cpu, const std::smatch& match) {
             return has(cpu, match, match[1].matched ? 1 : 2);
         }},
        {std::regex{"left '(.)' a second time"},
         [](const Cpu& cpu, const std::smatch& match) {
             return std::ranges::count(cpu.trace, *match[1].first) > 1;
         }},
        {std::regex{"stage '(.)' is not where"},
         [](const Cpu& cpu, const std::smatch& match) {
             const std::string_view whole = trampoline::complete_trace;
             const std::size_t place = whole.find(*match[1].first);
             return place >= cpu.trace.size() || cpu.trace[place] != whole[place] ||
                    std::ranges::count(whole, *match[1].first) > 1;
         }},
        {std::regex{", and never (.)$"},
         [](const Cpu& cpu, const std::smatch& match) {
             return trampoline::complete_trace[cpu.trace.size()] == *match[1].first;
         }},
        {std::regex{"(?:come as far as ([A-Za-z0-9]+)\\.|stopped after (.+)$)"},
         [](const Cpu& cpu, const std::smatch& match) {
             return cpu.trace == match[match[1].matched ? 1 : 2].str();
         }},
        {std::regex{"refused (?:its|the) entry|refused the low"},
         [](const Cpu& cpu, const std::smatch& match) {
             const bool says_so = match.prefix().str().ends_with("left 'J', and then ");
             return entry_verified(cpu) == says_so;
         }},
        {std::regex{"never entered C\\+\\+"},
         [](const Cpu& cpu, const std::smatch&) { return !cpu.arrival; }},
        {std::regex{"entered C\\+\\+|came into C\\+\\+"},
         [](const Cpu& cpu, const std::smatch& match) {
             return cpu.arrival.has_value() || match.prefix().str().ends_with("never ");
         }},
        {std::regex{"never turned paging on"},
         [](const Cpu& cpu, const std::smatch&) {
             const auto at = moments(cpu);
             return std::ranges::none_of(at, [](const evidence::Registers* each) {
                 return each->control.cr0.has(x86::cr0::pg);
             });
         }},
        {std::regex{"left no letter|its trace is empty"},
         [](const Cpu& cpu, const std::smatch&) { return cpu.trace.empty(); }}};
    return all;
}

void stages(const Account& account, const Tell& tell) {
    for (const Told& told : account.told())
        for (const StageClaim& claim : stage_claims())
            if (told.part != In::advice)
                for_each(told.text, claim.text, [&](const std::smatch& match) {
                    const Cpu* cpu =
                        account.subject(told.text, static_cast<std::size_t>(match.position()));
                    if (cpu && !claim.holds(*cpu, match))
                        tell(fmt::format("\"{}\", and the trace of CPU {} is \"{}\"", told.text,
                                         cpu->cpu, cpu->trace));
                });
}

}  // namespace

std::vector<Rule> rules_about_stages() {
    return {{"stages", stages}};
}

}  // namespace submissions
