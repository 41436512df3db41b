#pragma once

#include <array>
#include <string_view>
#include <utility>

namespace judgement {

/// How a run, or a lab, came out; from best to worst. Where several runs of one lab differ, the lab
/// has the worst. checker_error stands next to passed: a lab that only one engine could judge has
/// not passed, but a fault that the other engine saw is a fault.
enum class Outcome { passed, checker_error, not_yet, fault, hang, reset, build_error };

inline constexpr auto outcome_names = std::to_array<std::pair<Outcome, std::string_view>>({
    {Outcome::passed, "passed"},
    {Outcome::checker_error, "checker-error"},
    {Outcome::not_yet, "not-yet"},
    {Outcome::fault, "fault"},
    {Outcome::hang, "hang"},
    {Outcome::reset, "reset"},
    {Outcome::build_error, "build-error"},
});

/// The name in JSON and on the terminal.
constexpr std::string_view name(Outcome outcome) {
    for (const auto& [known, text] : outcome_names)
        if (known == outcome)
            return text;
    return "?";
}

static_assert(name(Outcome::build_error) == "build-error");

}  // namespace judgement
