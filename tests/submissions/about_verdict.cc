// Contradictions between what was judged and what is said of it: a fact that is shown beside a
// first sentence that denies it, and advice to do what is done.
#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "checker/evidence/questions.h"
#include "checker/judgement/control_flag.h"
#include "tests/submissions/account.h"

namespace submissions {

namespace {

using evidence::Cpu;
using judgement::Finding;
using judgement::Outcome;
using In = Told::Part;

// A check of lab.toml, and the first sentences that say the opposite of what it finds.
struct Denial {
    std::string_view check;
    std::regex text;
    std::string descriptor = {};  // of descriptor-right
};

const std::vector<Denial>& denials() {
    static const std::vector<Denial> all{
        {"protected-mode-reached",
         std::regex{"never started|left no letter|with CR0\\.PE still 0|left protected mode|"
                    "ran past the end of real_mode"}},
        {"page-is-image", std::regex{"page is not the trampoline|did not yet lie at"}},
        {"mailbox-right", std::regex{"mailbox is not the message|found no message|message lies at|"
                                     "the mailbox had"}},
        {"commands-right",
         std::regex{"(INIT|SIPI) for CPU [0-9]+ (went|names|was sent [0-9]|was written|has vector)|"
                    "sent neither|had no INIT|still waits for a SIPI|another INIT after"}},
        {"cr3-equals-bsp", std::regex{"CR3 (is|still)|with CR3|low 32 bits of the BSP's CR3"}},
        {"code-is-64-bit",
         std::regex{"code segment is (still|not)|is in 32-bit code|jumped to 64-bit code with"}},
        {"entered-on-own-stack",
         std::regex{"entered C\\+\\+ (on the|with RSP)|called C\\+\\+ with RSP|not its stack|"
                    "without a return address|RSP is"}},
        {"flag-set-at-entry", std::regex{"entered C\\+\\+ with EFER\\.NXE 0"}},
        {"gs-leads-to-own-record",
         std::regex{"GS base (is|leads)|lost its GS base|through a GS base that is 0"}},
        {"record-is-complete", std::regex{"record was (changed|overwritten)|with an empty record|"
                                          "and not its own|its record is empty"}},
        {"lapic-id-equals-madt", std::regex{"read its LAPIC id as"}},
        {"low-map-leads-back",
         std::regex{"next instruction is not mapped|0x8000 not at all|not to itself|"
                    "and the trampoline is code"}},
        {"low-map-is-one-page",
         std::regex{"tables (map more than|map low memory with|let ring 3)|read-only\\.|"
                    "is filled as well|walk (ends|goes)"}},
        {"descriptor-right", std::regex{"gdt32\\[1\\],"}, "gdt32.code"},
        {"descriptor-right", std::regex{"gdt32\\[2\\],"}, "gdt32.data"},
        {"descriptor-right", std::regex{"gdt64\\[1\\],"}, "gdt64.code"},
        {"descriptor-right", std::regex{"gdt64\\[2\\],"}, "gdt64.data"},
        {"table-pointers-right",
         std::regex{"(found|every AP found).*_pointer|_pointer all zero|which is the null entry"}}};
    return all;
}

void facts(const Account& account, const Tell& tell) {
    const std::string text{account.headline()};
    const auto& found = account.run.verdict.findings;
    for (std::size_t i = 0; i < std::min(found.size(), account.lab.facts.size()); ++i) {
        const lab::Fact& fact = account.lab.facts[i];
        // The run is the second machine's where that one fails; the first's facts are not about it.
        if (found[i].answer != Finding::Answer::yes ||
            (account.run.evidence.second_machine && !fact.on_second))
            continue;
        for (const Denial& denial : denials())
            if (denial.check == fact.check && std::regex_search(text, denial.text) &&
                (denial.descriptor.empty() || denial.descriptor == fact.descriptor))
                tell(fmt::format("\"{}\", and it shows that {}", text, fact.text));
        if (fact.check == "every-ap-up" && account.run.verdict.outcome != Outcome::not_yet &&
            account.run.verdict.outcome != Outcome::passed)
            tell(fmt::format("it is a {}, and it shows that {}",
                             judgement::name(account.run.verdict.outcome), fact.text));
    }
}

// "CR4.PAE is still 0" beside the fact that it is set on every AP.
void flags(const Account& account, const Tell& tell) {
    static const std::regex missing{
        "(CR0|CR4|EFER)\\.([A-Z]+)(?: (?:is|was))?(?: still)? 0\\b|(?:without|lost) "
        "(CR0|CR4|EFER)\\.([A-Z]+)"};
    const std::string text{account.headline()};
    const auto& found = account.run.verdict.findings;
    for_each(text, missing, [&](const std::smatch& match) {
        const Cpu* cpu = account.subject(text, static_cast<std::size_t>(match.position()));
        const bool first = match[1].matched;
        const std::string name =
            fmt::format("{}.{}", match[first ? 1 : 3].str(), match[first ? 2 : 4].str());
        for (std::size_t i = 0; i < std::min(found.size(), account.lab.facts.size()); ++i) {
            const lab::Fact& fact = account.lab.facts[i];
            const auto flag = judgement::control_flag(fact.flag);
            const bool at_entry = text.find("entered C++") != text.npos;
            if (cpu && cpu->cpu != 0 && !at_entry && flag && flag->full_name() == name &&
                fact.check == "flag-equals-bsp" && found[i].answer == Finding::Answer::yes)
                tell(fmt::format("\"{}\", and it shows that {}", text, fact.text));
        }
    });
}

std::string advice_of(const Account& account) {
    for (const Told& told : account.told())
        if (told.part == In::advice)
            return told.text;
    return "";
}

// "Set CR4.PAE before CR0.PG." "Next: CR3 from the mailbox, and stage 'a'."
void advice(const Account& account, const Tell& tell) {
    static const std::regex set{"(?:Set|Next:) ((CR0|CR4|EFER)\\.([A-Z]+))(?! alone)"},
        cr3{"(?:Load|Next:) CR3"}, next{"^Next: .*"}, stage{"stage '(.)'"};
    const Cpu* cpu = account.about();
    const std::string text = advice_of(account);
    const auto at = cpu ? moments(*cpu) : std::vector<const evidence::Registers*>{};
    if (at.empty())
        return;
    const auto all = [&](const auto& holds) { return std::ranges::all_of(at, holds); };
    for_each(text, set, [&](const std::smatch& match) {
        std::string name = match[1];
        std::ranges::transform(name, name.begin(), [](char c) {
            return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
        });
        const auto flag = judgement::control_flag(name);
        if (flag && all([&](const auto* each) { return flag->set_in(each->control); }))
            tell(fmt::format("advice: \"{}\", and CPU {} has it set", text, cpu->cpu));
    });
    const Cpu* bsp = account.cpu(0);
    if (std::regex_search(text, cr3) && bsp && bsp->registers &&
        all([&](const auto* each) { return each->control.cr3 == bsp->registers->control.cr3; }))
        tell(fmt::format("advice: \"{}\", and CPU {} has the BSP's CR3", text, cpu->cpu));
    if (std::regex_search(text, next))
        for_each(text, stage, [&](const std::smatch& match) {
            if (evidence::reached(*cpu, *match[1].first))
                tell(fmt::format("advice: \"{}\", and its trace is {}", text, cpu->trace));
        });
}

// Where a note decides between two causes, the report does not leave both open.
void either_or(const Account& account, const Tell& tell) {
    static const std::regex open{"\\b[Ee]ither (no SIPI|.* SIPI)"};
    if (account.run.diagnosis && account.evidence.sent &&
        std::regex_search(account.run.diagnosis->meaning, open))
        tell(fmt::format("\"{}\", and what was sent is known", account.run.diagnosis->meaning));
}

void outcome(const Account& account, const Tell& tell) {
    const Outcome is = account.run.verdict.outcome;
    const bool raised = std::ranges::any_of(account.evidence.cpus, [](const Cpu& cpu) {
        return evidence::oldest_exception(cpu) != nullptr;
    });
    if (is == Outcome::fault && !raised && account.evidence.end != evidence::End::engine_broken &&
        account.evidence.end != evidence::End::triple_fault)
        tell("it is a fault, and no CPU raised an exception");
    if (is == Outcome::passed && (raised || account.run.diagnosis))
        tell("it has passed, and there is something to explain");
    if (is != Outcome::passed && !account.run.diagnosis)
        tell("it has not passed, and nothing is said of why");
}

// What became of the machine.
void how_it_ended(const Account& account, const Tell& tell) {
    using evidence::End;
    static const std::regex survived{"could not be handled"}, caught{"kernel caught the (#[A-Z]+)"},
        given_up{"went on without it"}, panicked{"stopped the machine"};
    const End end = account.evidence.end;
    for_claims(account, survived, [&](const Told& told, const std::smatch&, const Cpu& cpu) {
        if (end != End::triple_fault || !cpu.died)
            tell(fmt::format("\"{}\", and CPU {} did not shut down", told.text, cpu.cpu));
    });
    for_claims(account, caught, [&](const Told& told, const std::smatch&, const Cpu&) {
        if (end != End::panicked)
            tell(fmt::format("\"{}\", and no panic ended the run", told.text));
    });
    for_claims(account, panicked, [&](const Told& told, const std::smatch&, const Cpu&) {
        if (end != End::panicked && told.part == In::detail)
            tell(fmt::format("\"{}\", and no panic ended the run", told.text));
    });
    for_claims(account, given_up, [&](const Told& told, const std::smatch&, const Cpu& cpu) {
        if (cpu.handshake != evidence::Handshake::given_up || evidence::at_work(cpu))
            tell(fmt::format("\"{}\", and CPU {} was not given up", told.text, cpu.cpu));
    });
}

}  // namespace

std::vector<Rule> rules_about_verdict() {
    return {{"facts", facts},         {"flags", flags},     {"advice", advice},
            {"either-or", either_or}, {"outcome", outcome}, {"how-it-ended", how_it_ended}};
}

}  // namespace submissions
