#include "tests/submissions/account.h"

#include <algorithm>
#include <fmt/format.h>

#include "checker/evidence/faults.h"
#include "checker/evidence/questions.h"
#include "checker/evidence/words.h"

namespace submissions {

using evidence::Cpu;
using evidence::Registers;

namespace {

// What the state has added to what the catalogue says of the cause in general.
std::string detail_of(const diagnosis::Diagnosis& found) {
    const std::string& why = found.about.why;
    return found.meaning.starts_with(why) ? found.meaning.substr(why.size()) : found.meaning;
}

}  // namespace

Account::Account(const lab::Lab& its_lab, const grading::Run& its_run)
    : lab(its_lab), run(its_run), evidence(its_run.evidence) {
    using enum Told::Part;
    if (run.diagnosis) {
        const diagnosis::Diagnosis& found = *run.diagnosis;
        told_.push_back({headline, "", found.cause});
        told_.push_back({detail, "", found.consequence});
        told_.push_back({detail, "", detail_of(found)});
        told_.push_back({advice, "", found.advice});
        for (const diagnosis::Exhibit& each : found.exhibits)
            for (const std::string& line : each.lines)
                told_.push_back({exhibit, each.label, line});
    }
    for (std::size_t i = 0; i < run.verdict.findings.size() && i < lab.facts.size(); ++i)
        told_.push_back({fact, lab.facts[i].id, run.verdict.findings[i].detail});
}

std::string_view Account::headline() const {
    return run.diagnosis ? std::string_view{run.diagnosis->cause} : std::string_view{};
}

std::vector<std::string> Account::exhibit(std::string_view label) const {
    std::vector<std::string> lines;
    for (const Told& each : told_)
        if (each.part == Told::Part::exhibit && each.label == label)
            lines.push_back(each.text);
    return lines;
}

const Cpu* Account::cpu(std::size_t number) const {
    const auto found = std::ranges::find(evidence.cpus, number, &Cpu::cpu);
    return found == evidence.cpus.end() ? nullptr : &*found;
}

const Cpu* Account::subject(std::string_view text, std::size_t at) const {
    static const std::regex named{"CPU ([0-9]+)|The BSP|the BSP"};
    const std::string before{text.substr(0, at)};
    const Cpu* last = about();
    for_each(before, named, [&](const std::smatch& match) {
        last = cpu(match[1].matched ? std::stoul(match[1]) : 0);
    });
    return last;
}

const Cpu* Account::about() const {
    return run.diagnosis && run.diagnosis->cpu ? cpu(*run.diagnosis->cpu) : nullptr;
}

std::vector<const Registers*> moments(const Cpu& cpu) {
    std::vector<const Registers*> all;
    const evidence::Exception* oldest = evidence::oldest_exception(cpu);
    if (oldest && oldest->registers)
        all.push_back(&*oldest->registers);
    if (cpu.arrival)
        all.push_back(&cpu.arrival->registers);
    if (cpu.registers)
        all.push_back(&*cpu.registers);
    return all;
}

std::string sign_of_life(const Cpu& cpu) {
    const evidence::Exception* oldest = evidence::oldest_exception(cpu);
    if (oldest)
        return fmt::format("it raised {} at {}", evidence::mnemonic(*oldest),
                           evidence::place(oldest->where));
    if (!cpu.trace.empty())
        return fmt::format("its trace is {}", cpu.trace);
    if (cpu.arrival)
        return "it came to C++";
    if (cpu.handshake == evidence::Handshake::online)
        return "it said that it is online";
    if (cpu.registers && cpu.registers->control.efer.has(x86::efer::lma))
        return "it is in long mode";
    return "";
}

void for_each(const std::string& text, const std::regex& pattern,
              const std::function<void(const std::smatch&)>& use) {
    for (std::sregex_iterator each{text.begin(), text.end(), pattern};
         each != std::sregex_iterator{}; ++each)
        use(*each);
}

void for_claims(const Account& account, const std::regex& claim,
                const std::function<void(const Told&, const std::smatch&, const Cpu&)>& use) {
    for (const Told& told : account.told())
        if (told.part != Told::Part::advice)
            for_each(told.text, claim, [&](const std::smatch& match) {
                const auto behind = static_cast<std::size_t>(match.position() + match.length());
                if (const Cpu* cpu = account.subject(told.text, behind))
                    use(told, match, *cpu);
            });
}

}  // namespace submissions
