// What an engine has seen of INITs and SIPIs, beside what the kernel has noted of them.
#pragma once

#include <optional>
#include <string>

#include "checker/evidence/evidence.h"

namespace judgement {

/// Whether each was sent for the AP of the one before it, or a later one: the BSP starts one after
/// the other. For notes that name them otherwise somebody has written them.
bool in_turn(const evidence::Evidence& evidence);

/// What the engine has seen of these commands and the kernel's notes deny, in words; nothing where
/// they agree, or it tells of none.
std::optional<std::string> seen_otherwise(const evidence::Evidence& evidence);

}  // namespace judgement
