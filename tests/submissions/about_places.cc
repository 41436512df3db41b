// Contradictions about places: lines of sources, entries of page tables, exceptions.
#include <algorithm>
#include <fmt/format.h>

#include "checker/evidence/faults.h"
#include "checker/evidence/questions.h"
#include "tests/submissions/account.h"

namespace submissions {

namespace {

using evidence::Cpu;
using evidence::Location;
using In = Told::Part;

std::vector<Location> places_of(const Cpu& cpu) {
    std::vector<Location> all{cpu.where};
    all.insert(all.end(), cpu.callers.begin(), cpu.callers.end());
    for (const evidence::Exception& each : cpu.exceptions)
        all.push_back(each.where);
    return all;
}

// "line 12 of long_mode.asm" names a line that was assembled, or one that the CPU stands in.
bool is_a_line(const Account& account, const Cpu& cpu, std::string_view file, unsigned line) {
    const auto is_it = [&](const auto& each) {
        return each.line == line && each.file.ends_with(file);
    };
    const auto& both = account.evidence.trampoline;
    return std::ranges::any_of(places_of(cpu), is_it) ||
           (both && std::ranges::any_of(both->lines, is_it));
}

void lines(const Account& account, const Tell& tell) {
    static const std::regex at{"([A-Za-z0-9_./-]+\\.(?:asm|cc|h|inc)):([0-9]+)"},
        of{"line ([0-9]+) of ([a-z_]+\\.(?:asm|cc))"};
    for (const Told& told : account.told()) {
        if (told.part != In::headline)
            continue;
        for_each(told.text, at, [&](const std::smatch& match) {
            const Cpu* cpu = account.subject(told.text, static_cast<std::size_t>(match.position()));
            const std::string file = match[1];
            const unsigned long line = std::stoul(match[2]);
            if (cpu && std::ranges::none_of(places_of(*cpu), [&](const Location& each) {
                    return each.line == line && each.file.ends_with(file);
                }))
                tell(fmt::format("\"{}\", and CPU {} was not seen there", told.text, cpu->cpu));
        });
        for_each(told.text, of, [&](const std::smatch& match) {
            const Cpu* cpu = account.about();
            if (cpu && !is_a_line(account, *cpu, match[2].str(),
                                  static_cast<unsigned>(std::stoul(match[1]))))
                tell(fmt::format("\"{}\", and there is no such line", told.text));
        });
    }
}

// The line that a place is said to have, beside that of the code which was linked there.
void code_lines(const Account& account, const Tell& tell) {
    const auto* both = trampoline_page(account.evidence);
    for (const Cpu& cpu : both ? account.evidence.cpus : std::vector<Cpu>{})
        for (const Location& place : places_of(cpu)) {
            const auto line = std::ranges::find_if(both->lines, [&](const auto& each) {
                return place.address >= each.address && place.address < each.end;
            });
            if (place.file.empty() || line == both->lines.end() ||
                (line->line == place.line && line->file == place.file))
                continue;
            tell(fmt::format("CPU {} at {:#x}: {}:{}, and the code there is of {}:{}", cpu.cpu,
                             place.address, place.file, place.line, line->file, line->line));
        }
}

const x86::WalkStep* step_named(const x86::PageWalk& walk, const std::string& level,
                                unsigned long index) {
    const auto steps = walk.taken();
    const auto found = std::ranges::find_if(steps, [&](const x86::WalkStep& step) {
        return x86::name(step.level) == level && step.index == index;
    });
    return found == steps.end() ? nullptr : &*found;
}

// What the first sentence says of an entry, beside that entry.
void entries(const Account& account, const Tell& tell) {
    struct Claim {
        std::regex text;
        bool (*holds)(x86::PageEntry);
    };
    using x86::PageEntry;
    static const std::string entry = "(PML4|PDPT|PD|PT)\\[([0-9]+)\\]";
    static const std::array claims{
        Claim{std::regex{entry + ", which is 0"}, [](PageEntry its) { return its.raw == 0; }},
        Claim{std::regex{entry + ", which is filled in, but not present"},
              [](PageEntry its) { return its.raw != 0 && !its.present(); }},
        Claim{std::regex{entry + " (?:to a (?:page )?table|leads to)"},
              [](PageEntry its) { return its.present(); }},
        Claim{std::regex{entry + ".*PS is clear"}, [](PageEntry its) { return !its.huge(); }},
        Claim{std::regex{"PS in " + entry}, [](PageEntry its) { return its.huge(); }},
        Claim{std::regex{entry + "[^.]*bit [0-9]+ is reserved"},
              [](PageEntry its) { return its.present(); }}};
    const std::string text{account.headline()};
    if (!account.evidence.fault_walk)
        return;
    for (const Claim& claim : claims)
        for_each(text, claim.text, [&](const std::smatch& match) {
            const x86::WalkStep* step =
                step_named(account.evidence.fault_walk->walk, match[1], std::stoul(match[2]));
            if (!step || !claim.holds(step->entry))
                tell(fmt::format("\"{}\", and {}", text,
                                 step ? fmt::format("it is {:#x}", step->entry.raw)
                                      : "the walk has no such entry"));
        });
}

// The walk, beside the address and the error code of the fault that it is shown for.
void walk(const Account& account, const Tell& tell) {
    const auto& shown = account.evidence.fault_walk;
    const Cpu* cpu = shown ? account.cpu(shown->cpu) : nullptr;
    const evidence::Exception* oldest = cpu ? evidence::oldest_exception(*cpu) : nullptr;
    if (!oldest || !oldest->cr2 || !oldest->error)
        return;
    using x86::WalkOutcome;
    const x86::PageWalk& its = shown->walk;
    const x86::PageFaultError error{*oldest->error};
    if (its.address.raw != *oldest->cr2)
        tell(fmt::format("the walk is of {:#x}, and CR2 {:#x}", its.address.raw, *oldest->cr2));
    if (its.outcome == WalkOutcome::unreadable)
        return;  // what a machine reads there is its own affair
    const bool absent = !error.has(x86::page_fault::p) && !error.has(x86::page_fault::rsvd);
    if (absent && (its.outcome == WalkOutcome::mapped || its.outcome == WalkOutcome::reserved_bit))
        tell(fmt::format("the error code says not present, and the walk ends at {:#x}",
                         its.last().entry.raw));
    if (error.has(x86::page_fault::rsvd) && its.outcome != WalkOutcome::reserved_bit)
        tell("the error code says reserved, and the walk met no such bit");
    const std::string text{account.headline()};
    if (text.find("is not mapped") != text.npos && its.outcome == WalkOutcome::mapped)
        tell(fmt::format("\"{}\", and the walk arrives", text));
}

void exceptions(const Account& account, const Tell& tell) {
    static const std::regex named{"#([A-Z]{2})\\b"};
    for (const Told& told : account.told())
        if (told.part == In::headline || (told.part == In::exhibit && told.label == "exceptions"))
            for_each(told.text, named, [&](const std::smatch& match) {
                const Cpu* cpu =
                    account.subject(told.text, static_cast<std::size_t>(match.position()));
                if (cpu && std::ranges::none_of(cpu->exceptions, [&](const auto& each) {
                        return evidence::mnemonic(each) == match[0].str();
                    }))
                    tell(fmt::format("\"{}\", and CPU {} raised no {}", told.text, cpu->cpu,
                                     match[0].str()));
            });
}

}  // namespace

std::vector<Rule> rules_about_places() {
    return {{"lines", lines},
            {"code-lines", code_lines},
            {"entries", entries},
            {"walk", walk},
            {"exceptions", exceptions}};
}

}  // namespace submissions
