#pragma once

#include <string>
#include <string_view>

#include "checker/evidence/evidence.h"
#include "checker/lab/lab.h"

namespace judgement {

/// What one run says about one fact of lab.toml.
struct Finding {
    enum class Answer { no, yes, not_told };  // not_told: the engine gave no state to decide by

    Answer answer = Answer::no;
    std::string detail;  // why not: "CPU 1 has it clear (EFER 0x500)"; empty for yes
};

/// Decides a fact by the state that a run left. Pure.
using Check = Finding (*)(const lab::Fact&, const evidence::Evidence&);

/// The check that lab.toml names; null if there is none of that name.
///
///   flag-equals-bsp             `flag` is set on the BSP and on every AP that started
///   stage-passed-without-fault  every AP that started has left `stage`, raised no exception, and
///                               has `flag` as the BSP has it: its letters alone prove nothing
///   every-ap-up                 the kernel came to its end, and every AP left a complete trace and
///                               stands in 64-bit code, on the BSP's page tables, with its own GS
///                               base
Check check_named(std::string_view name);

}  // namespace judgement
