// Contradictions about CPUs: which of them started, stand, run, and in which mode.
#include <algorithm>
#include <fmt/format.h>

#include "checker/evidence/faults.h"
#include "checker/evidence/questions.h"
#include "checker/guest/code.h"
#include "tests/submissions/account.h"

namespace submissions {

namespace {

using evidence::Cpu;
using evidence::Registers;
using In = Told::Part;
using x86::DeliveryMode;

void never_started(const Account& account, const Tell& tell) {
    static const std::regex claim{
        "never started|had not started|left no letter and|waits? for a SIPI|"
        "it sleeps where the firmware has left it|had no INIT"};
    for_claims(account, claim, [&](const Told& told, const std::smatch&, const Cpu& cpu) {
        if (const std::string sign = sign_of_life(cpu); !sign.empty())
            tell(fmt::format("\"{}\", and of CPU {} {}", told.text, cpu.cpu, sign));
    });
}

// How many commands of a kind the BSP has sent to this CPU alone, as the kernel has noted; and how
// many of them came last.
unsigned sent_to(const Account& account, const Cpu& cpu, DeliveryMode mode) {
    unsigned count = 0;
    if (account.evidence.sent)
        for (const observed::SentCommand& sent : account.evidence.sent->first) {
            const x86::InterruptCommand command = sent.command();
            count += sent.sender == 0 && command.mode() == mode && !command.is_deassert() &&
                     !command.is_logical() && command.shorthand() == x86::Shorthand::none &&
                     command.destination() == cpu.apic_id;
        }
    return count;
}

void commands_sent(const Account& account, const Tell& tell) {
    struct Claim {
        std::regex text;
        DeliveryMode mode;
        bool sent;
    };
    static const std::array claims{
        Claim{std::regex{"sent neither INIT nor SIPI|had no INIT|sent no INIT"}, DeliveryMode::init,
              false},
        Claim{std::regex{"sent neither INIT nor SIPI|sent no SIPI,"}, DeliveryMode::startup, false},
        Claim{std::regex{"has had its INIT|another INIT after its SIPI"}, DeliveryMode::init, true},
        Claim{std::regex{"another INIT after its SIPI|took its SIPI"}, DeliveryMode::startup,
              true}};
    if (!account.evidence.sent)
        return;
    for (const Claim& claim : claims)
        for_claims(account, claim.text, [&](const Told& told, const std::smatch&, const Cpu& cpu) {
            const unsigned count = sent_to(account, cpu, claim.mode);
            if ((count != 0) != claim.sent)
                tell(fmt::format("\"{}\", and the BSP has sent it {} of these", told.text, count));
        });
}

void halted(const Account& account, const Tell& tell) {
    static const std::regex stands{
        "halted in your own code|halted with interrupts off|and halted|"
        "it halted"},
        runs{"goes round|is in a loop|still running|letter: it runs|it runs at| runs (real|32|64)"};
    for (const bool wanted : {true, false})
        for_claims(account, wanted ? stands : runs,
                   [&](const Told& told, const std::smatch&, const Cpu& cpu) {
                       if (told.part == In::headline && cpu.registers &&
                           cpu.registers->halted != wanted && !evidence::oldest_exception(cpu))
                           tell(fmt::format("\"{}\", and CPU {} {}", told.text, cpu.cpu,
                                            wanted ? "runs" : "has halted"));
                   });
}

void interrupts(const Account& account, const Tell& tell) {
    static const std::regex claim{"interrupts (on|off)"};
    for_claims(account, claim, [&](const Told& told, const std::smatch& match, const Cpu& cpu) {
        const auto at = moments(cpu);
        const bool on = match[1] == "on";
        if (told.part == In::headline && !at.empty() &&
            std::ranges::none_of(at,
                                 [&](const Registers* registers) {
                                     return x86::Rflags{registers->rflags}.has(x86::rflags::if_) ==
                                            on;
                                 }) &&
            account.evidence.end != evidence::End::panicked)
            tell(fmt::format("\"{}\", and RFLAGS.IF never was so", told.text));
    });
}

struct ModeClaim {
    std::regex text;
    std::function<bool(const Registers&)> holds;
};

const std::vector<ModeClaim>& mode_claims() {
    using evidence::Mode, evidence::mode_of;
    const auto mode = [](std::initializer_list<Mode> modes) {
        return [modes = std::vector(modes)](const Registers& registers) {
            return std::ranges::count(modes, mode_of(registers)) != 0;
        };
    };
    const auto paging = [](bool on) {
        return [on](const Registers& registers) {
            return registers.control.cr0.has(x86::cr0::pg) == on;
        };
    };
    static const std::vector<ModeClaim> all{
        {std::regex{"(is|runs) (in )?64-bit code"}, mode({Mode::long_mode})},
        {std::regex{"is in 32-bit code"},
         mode({Mode::protected_32, Mode::paging_32, Mode::pae, Mode::compatibility})},
        {std::regex{"runs real-mode code|is in real mode"}, mode({Mode::real})},
        {std::regex{"is in long mode"}, mode({Mode::long_mode, Mode::compatibility})},
        {std::regex{"is no longer in long mode"},
         mode({Mode::real, Mode::protected_16, Mode::protected_32})},
        {std::regex{"turned paging on|[Pp]aging is on"}, paging(true)},
        {std::regex{"paging still off|switched its paging off|turned paging on never"},
         paging(false)},
        {std::regex{"and is not in it|without having entered long mode"},
         mode({Mode::real, Mode::protected_16, Mode::protected_32, Mode::paging_32, Mode::pae})},
        {std::regex{"in the CS of real mode|CS is still that of real mode"},
         mode({Mode::real, Mode::protected_16})}};
    return all;
}

void mode(const Account& account, const Tell& tell) {
    for (const ModeClaim& claim : mode_claims())
        for_claims(
            account, claim.text, [&](const Told& told, const std::smatch& match, const Cpu& cpu) {
                const bool negated = match.position() >= 6 &&
                                     told.text.substr(0, static_cast<std::size_t>(match.position()))
                                         .ends_with("never ");
                const auto at = moments(cpu);
                if (!negated && !at.empty() && std::ranges::none_of(at, [&](const Registers* each) {
                        return claim.holds(*each);
                    }))
                    tell(fmt::format("\"{}\", and CPU {} never was so", told.text, cpu.cpu));
            });
}

// Has a fault of its own, did not come to its end, or a fact is missed for it. What the BSP has
// done to others may not show in it.
bool has_trouble(const Account& account, const Cpu& cpu) {
    if (evidence::oldest_exception(cpu) || cpu.cpu == 0 || !evidence::finished_start(cpu))
        return true;
    const std::regex name{fmt::format("CPU {}\\b", cpu.cpu)};
    return std::ranges::any_of(account.told(), [&](const Told& told) {
        return told.part == In::fact && std::regex_search(told.text, name);
    });
}

// The report is about the CPU that its first sentence names; and not about one that is well, while
// another has died.
void whom(const Account& account, const Tell& tell) {
    static const std::regex named{"CPU ([0-9]+)|\\bBSP\\b"};
    const std::string text{account.headline()};
    std::smatch match;
    const Cpu* about = account.about();
    if (!about || !std::regex_search(text, match, named))
        return;
    const Cpu* first = account.cpu(match[1].matched ? std::stoul(match[1]) : 0);
    bool names_it = false;
    for_each(text, named, [&](const std::smatch& each) {
        names_it |= account.cpu(each[1].matched ? std::stoul(each[1]) : 0) == about;
    });
    if (!names_it)
        tell(fmt::format("\"{}\", and the report is about CPU {}", text, about->cpu));
    for (const Cpu& other : account.evidence.cpus)
        if (first && other.died && &other != first && !has_trouble(account, *first))
            tell(fmt::format("\"{}\", and CPU {} has died, while CPU {} is well", text, other.cpu,
                             first->cpu));
}

}  // namespace

std::vector<Rule> rules_about_cpus() {
    return {{"never-started", never_started},
            {"commands", commands_sent},
            {"halted", halted},
            {"interrupts", interrupts},
            {"mode", mode},
            {"whom", whom}};
}

}  // namespace submissions
