#include "checker/report/agreement.h"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>

#include "checker/evidence/questions.h"
#include "x86/exception.h"

namespace report {

namespace {

using grading::Run;

const evidence::Exception* oldest(const Run& run) {
    const evidence::Cpu* cpu = evidence::concerned(run.evidence);
    return cpu ? evidence::oldest_exception(*cpu) : nullptr;
}

// Why two error codes differ, where that is known.
std::string_view reason(const evidence::Exception& one, const evidence::Exception& other) {
    namespace page_fault = x86::page_fault;
    const bool is_page_fault =
        one.vector == static_cast<unsigned>(x86::ExceptionVector::page_fault);
    if (is_page_fault && (*one.error ^ *other.error) == page_fault::p.raw &&
        x86::PageFaultError{*one.error}.has(page_fault::rsvd))
        return ": for a reserved bit QEMU since 7.2 leaves P clear; Bochs sets it, as the manuals "
               "say";
    return "";
}

auto story(const Run& run) {
    const evidence::Exception* first = oldest(run);
    const auto& diagnosis = run.diagnosis;
    return std::tuple{run.verdict.outcome, diagnosis ? diagnosis->id : std::string{},
                      first ? first->vector : 0u, first ? first->where.address : 0u,
                      run.verdict.outcome == judgement::Outcome::checker_error
                          ? run.evidence.engine_error
                          : std::string{}};
}

}  // namespace

std::string names(const Agreeing& runs) {
    std::string text;
    for (const Run* run : runs)
        text += fmt::format("{}{}", text.empty() ? "" : " and ", name(run->evidence.engine));
    return text;
}

std::vector<Agreeing> agreements(const grading::LabGrade& grade) {
    std::vector<Agreeing> groups;
    for (const Run& run : grade.runs) {
        const auto same = std::ranges::find_if(
            groups, [&](const Agreeing& group) { return story(*group.front()) == story(run); });
        if (same == groups.end())
            groups.push_back({&run});
        else
            same->push_back(&run);
    }
    std::ranges::stable_sort(groups, [](const Agreeing& a, const Agreeing& b) {
        return a.front()->verdict.outcome > b.front()->verdict.outcome;
    });
    return groups;
}

std::vector<std::string> remarks(const lab::Lab& lab, const Agreeing& runs) {
    std::vector<std::string> all;
    const evidence::Exception* first = oldest(*runs.front());
    for (const Run* run : runs) {
        const evidence::Exception* other = oldest(*run);
        if (!first || !other || !first->error || !other->error)
            continue;
        const std::string_view engine = name(run->evidence.engine);
        if (*first->error != *other->error)
            all.push_back(fmt::format("{}'s error code is {:#04x}, {}'s {:#04x}{}.",
                                      name(runs.front()->evidence.engine), *first->error, engine,
                                      *other->error, reason(*first, *other)));
        if (!run->documented)
            continue;
        const auto expected = lab.documented->error.find(run->evidence.engine);
        if (expected != lab.documented->error.end() && expected->second != *other->error)
            all.push_back(
                fmt::format("The lab documents {:#04x} for {}; this version says {:#04x}.",
                            expected->second, engine, *other->error));
    }
    return all;
}

}  // namespace report
