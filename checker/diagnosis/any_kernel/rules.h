// Why a CPU died, as far as its registers and its exceptions prove it: of any kernel, without its
// memory.
#pragma once

#include "checker/diagnosis/rules/rules.h"

namespace diagnosis::any_kernel {

using evidence::Mode;

/// These rules, in their order. None guesses.
std::span<const Rule> rules_in_order();

extern const RuleList paging_rules;
extern const RuleList code_rules;
extern const RuleList descriptor_rules;
extern const RuleList frame_rules;
extern const RuleList state_rules;  // need no exception

}  // namespace diagnosis::any_kernel
