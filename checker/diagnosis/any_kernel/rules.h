// Why a CPU died, as far as its registers and its exceptions prove it: of any kernel, without its
// memory.
#pragma once

#include "checker/diagnosis/rules/rules.h"

namespace diagnosis::any_kernel {

using evidence::Mode;

/// These rules, in their order. None guesses.
std::span<const Rule> rules_in_order();

std::span<const Rule> paging_rules();
std::span<const Rule> code_rules();
std::span<const Rule> descriptor_rules();
std::span<const Rule> frame_rules();
std::span<const Rule> state_rules();  // need no exception

}  // namespace diagnosis::any_kernel
