#include "checker/judgement/judgement.h"

#include <algorithm>
#include <fmt/format.h>

#include "checker/error.h"
#include "checker/evidence/questions.h"

namespace judgement {

namespace {

using evidence::End;

bool any_exception(const Evidence& evidence) {
    return std::ranges::any_of(evidence.cpus, [](const Cpu& cpu) { return oldest_exception(cpu); });
}

// An AP that started and neither finished nor faulted: the BSP gave it up and went on. One that has
// left every letter may still not have come back to say so.
bool any_stuck(const Evidence& evidence) {
    return std::ranges::any_of(evidence.cpus, [](const Cpu& cpu) {
        return cpu.cpu != 0 && started(cpu) && !at_work(cpu) &&
               cpu.handshake != evidence::Handshake::online &&
               (!finished_start(cpu) || cpu.handshake == evidence::Handshake::given_up);
    });
}

// Software that restarts a PC by triple fault loads an empty IDT and executes INT3.
bool only_a_breakpoint(const Evidence& evidence) {
    const Cpu* cpu = concerned(evidence);
    const evidence::Exception* oldest = cpu ? oldest_exception(*cpu) : nullptr;
    return oldest && is_breakpoint(*oldest);
}

Outcome when_it_ran_to_its_end(const Evidence& evidence, std::span<const Finding> findings) {
    if (any_exception(evidence))
        return Outcome::fault;
    if (any_stuck(evidence))
        return Outcome::hang;
    const auto any = [&](Finding::Answer answer) {
        return std::ranges::any_of(findings,
                                   [=](const Finding& each) { return each.answer == answer; });
    };
    if (any(Finding::Answer::no))
        return Outcome::not_yet;
    return any(Finding::Answer::not_told) ? Outcome::checker_error : Outcome::passed;
}

bool ran_to_its_end(const RunVerdict& run) {
    return run.outcome == Outcome::passed || run.outcome == Outcome::not_yet;
}

// One no decides; an engine that could not tell has no say.
bool outweighs(const Finding& one, const Finding& other) {
    return one.answer == Finding::Answer::no
               ? other.answer != Finding::Answer::no
               : one.holds() && other.answer == Finding::Answer::not_told;
}

// What was seen then proves nothing. Memory that is mapped besides is a fact of lab 1, and no other
// lab's business.
std::optional<std::string> what_spoils(const lab::Lab& lab, const Evidence& evidence) {
    if (evidence.end == End::engine_broken)
        return "it broke the emulator";
    if (evidence.overwritten && !evidence.overwritten->in_image)
        return fmt::format("the kernel's own {}, at {:#x}",
                           evidence.overwritten->leads_to ? "page, or gate, leads elsewhere"
                                                          : "code was written over",
                           evidence.overwritten->where.address);
    if (evidence.managed_system && labs_are_done(evidence))
        return "a CPU was in system management mode, which is no lab's business";
    if (evidence.laid_open && lab.number != lab::numbers::identity_map)
        return fmt::format("{:#x} is mapped besides, {}", evidence.laid_open->page.address.raw,
                           evidence.laid_open->how);
    return {};
}

Outcome outcome_of(const Evidence& evidence, std::span<const Finding> findings) {
    switch (evidence.end) {
        case End::powered_off:
            return came_to_its_end(evidence) ? when_it_ran_to_its_end(evidence, findings)
                                             : Outcome::reset;
        case End::panicked:
            return any_exception(evidence) ? Outcome::fault : Outcome::not_yet;
        case End::triple_fault:
            return only_a_breakpoint(evidence) ? Outcome::reset : Outcome::fault;
        case End::reset:
            return Outcome::reset;
        case End::timed_out:
        case End::flooded:
            return Outcome::hang;
        case End::engine_broken:
            return Outcome::fault;
        case End::engine_failed:
            break;
    }
    return Outcome::checker_error;
}

}  // namespace

RunVerdict judge(const lab::Lab& lab, const Evidence& evidence) {
    RunVerdict verdict;
    std::vector<Finding> asked;
    const auto spoilt = what_spoils(lab, evidence);
    for (const lab::Fact& fact : lab.facts) {
        const Check check = check_named(fact.check);
        if (!check)
            throw checker::Error(
                fmt::format("labs/{}/lab.toml: fact {} wants a check \"{}\" that "
                            "the checker does not have",
                            lab.directory, fact.id, fact.check));
        if (!(evidence.second_machine ? fact.on_second : fact.on_first)) {
            verdict.findings.push_back(not_told("not looked at yet: all else has to hold first"));
            continue;
        }
        asked.push_back(spoilt ? no(*spoilt) : check(fact, evidence));
        verdict.findings.push_back(asked.back());
    }
    verdict.outcome = outcome_of(evidence, asked);
    return verdict;
}

std::vector<Finding> both_machines(std::vector<Finding> first, std::span<const Finding> second) {
    for (std::size_t i = 0; i < first.size(); ++i)
        if (outweighs(second[i], first[i]))
            first[i] = second[i];
    return first;
}

LabVerdict combine(const lab::Lab& lab, std::span<const RunVerdict> runs) {
    LabVerdict all;
    all.findings.resize(lab.facts.size(), not_told("no engine could judge"));
    if (!runs.empty())
        all.outcome = std::ranges::max(runs, {}, &RunVerdict::outcome).outcome;
    const bool came_up = std::ranges::any_of(runs, ran_to_its_end);
    bool is_first = true;
    for (const RunVerdict& run : runs) {
        if (run.outcome == Outcome::checker_error)
            continue;
        for (std::size_t i = 0; i < all.findings.size(); ++i) {
            Finding finding = run.findings[i];
            // Who comes up in one engine must not get away with hiding from the other.
            if (finding.answer == Finding::Answer::not_told && came_up && !ran_to_its_end(run))
                finding.answer = Finding::Answer::no;
            if (is_first || outweighs(finding, all.findings[i]))
                all.findings[i] = finding;
        }
        is_first = false;
    }
    // What is asked of the second machine alone counts where each engine has come to it.
    for (const RunVerdict& run : runs)
        for (std::size_t i = 0; i < all.findings.size(); ++i)
            if (!lab.facts[i].on_first && run.outcome != Outcome::passed &&
                run.outcome != Outcome::checker_error)
                all.findings[i] = run.findings[i];
    for (std::size_t i = 0; i < all.findings.size(); ++i)
        if (all.findings[i].holds())
            all.points += lab.facts[i].points;
    return all;
}

bool is_documented(const lab::Lab& lab, const Evidence& evidence, Outcome outcome,
                   std::string_view diagnosis) {
    if (!lab.documented || name(outcome) != lab.documented->outcome ||
        diagnosis != lab.documented->diagnosis)
        return false;
    const lab::Documented& expected = *lab.documented;
    // Whose tables lead nowhere yet has begun.
    if (lab.number == lab::numbers::identity_map && evidence.low_map_frames &&
        !evidence.low_map_frames->empty())
        return false;
    const Cpu* cpu = concerned(evidence);
    if (!cpu)
        return expected.trace.empty() && !std::ranges::any_of(evidence.cpus, evidence::started);
    if (cpu->trace != expected.trace)
        return false;
    const evidence::Exception* oldest = oldest_exception(*cpu);
    if (expected.exceptions.empty() || !oldest)
        return expected.exceptions.empty() && !oldest;
    return std::ranges::equal(cpu->exceptions, expected.exceptions, {},
                              [](const evidence::Exception& each) {
                                  return static_cast<x86::ExceptionVector>(each.vector);
                              }) &&
           oldest->where.symbol == expected.symbol &&
           (oldest->error.value_or(0) & expected.error_has) == expected.error_has;
}

}  // namespace judgement
