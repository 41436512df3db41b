// Contradictions about control registers: what a sentence says of a bit, and what is shown.
#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "checker/judgement/control_flag.h"
#include "tests/submissions/account.h"

namespace submissions {

namespace {

using evidence::Cpu;
using evidence::Registers;
using judgement::ControlFlag;
using In = Told::Part;

std::optional<ControlFlag> flag_named(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) {
        return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    });
    return judgement::control_flag(text);
}

// "CR4.PAE is still 0", "without EFER.LME", and what they say of the bit.
struct BitClaim {
    ControlFlag flag;
    bool set;
    const Cpu* cpu;
};

std::vector<BitClaim> bit_claims(const Account& account, const std::string& text) {
    static const std::regex stated{
        "(CR0|CR4|EFER)\\.([A-Z]+)(?: (?:is|was))?(?: still)? (0|1|set|clear)\\b"},
        missed{"(?:without|lost) (CR0|CR4|EFER)\\.([A-Z]+)"};
    std::vector<BitClaim> claims;
    const auto add = [&](const std::smatch& match, bool set) {
        if (match.prefix().str().ends_with("before "))
            return;  // says nothing of what it is
        const auto flag = flag_named(fmt::format("{}.{}", match[1].str(), match[2].str()));
        const Cpu* cpu = account.subject(text, static_cast<std::size_t>(match.position()));
        if (flag && cpu)
            claims.push_back({*flag, set, cpu});
    };
    for_each(text, stated,
             [&](const std::smatch& match) { add(match, match[3] == "1" || match[3] == "set"); });
    for_each(text, missed, [&](const std::smatch& match) { add(match, false); });
    return claims;
}

void bits(const Account& account, const Tell& tell) {
    for (const Told& told : account.told()) {
        if (told.part == In::advice)
            continue;
        for (const BitClaim& claim : bit_claims(account, told.text)) {
            const auto at = moments(*claim.cpu);
            if (!at.empty() && std::ranges::none_of(at, [&](const Registers* each) {
                    return claim.flag.set_in(each->control) == claim.set;
                }))
                tell(fmt::format("\"{}\", and {} of CPU {} always is {:d}", told.text,
                                 claim.flag.full_name(), claim.cpu->cpu, !claim.set));
        }
    }
}

// The first sentence, beside the line of the register that the same report shows.
void bits_shown(const Account& account, const Tell& tell) {
    const std::string text{account.headline()};
    if (text.find("and lost it") != text.npos)
        return;  // what is shown is how it is since
    for (const BitClaim& claim : bit_claims(account, text)) {
        const std::string who =
            claim.cpu->cpu == 0 ? "BSP " : fmt::format("CPU {} ", claim.cpu->cpu);
        const std::regex named{fmt::format("\\b{}\\b", claim.flag.name)};
        for (const std::string& line : account.exhibit(judgement::name(claim.flag.in)))
            if (line.starts_with(who) && std::regex_search(line, named) != claim.set)
                tell(fmt::format("\"{}\", and it shows {}: {}", text,
                                 judgement::name(claim.flag.in), line));
    }
}

// "CPU 1  0x500       LME LMA"
void registers_shown(const Account& account, const Tell& tell) {
    static const std::regex shown{"^(?:CPU ([0-9]+)|BSP) +(0x[0-9a-f]+)  "};
    for (const auto which :
         {ControlFlag::Register::cr0, ControlFlag::Register::cr4, ControlFlag::Register::efer})
        for (const std::string& line : account.exhibit(judgement::name(which)))
            for_each(line, shown, [&](const std::smatch& match) {
                const Cpu* cpu = account.cpu(match[1].matched ? std::stoul(match[1]) : 0);
                const auto at = cpu ? moments(*cpu) : std::vector<const Registers*>{};
                if (std::ranges::none_of(at, [&](const Registers* each) {
                        return judgement::value(which, each->control) ==
                               std::stoull(match[2], nullptr, 16);
                    }))
                    tell(fmt::format("it shows {}: {}", judgement::name(which), line));
            });
}

}  // namespace

std::vector<Rule> rules_about_bits() {
    return {{"bits", bits}, {"bits-shown", bits_shown}, {"registers-shown", registers_shown}};
}

}  // namespace submissions
