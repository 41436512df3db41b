#pragma once

#include <string_view>

#include "checker/engine/bochs_process.h"
#include "checker/engine/request.h"
#include "checker/evidence/bochs_evidence.h"
#include "checker/evidence/symbols.h"

namespace engine {

/// Where the kernel begins when its loader is done.
inline constexpr std::string_view kernel_begins = "kernel_main";

/// Boots until the kernel is about to switch the machine off, dies, writes without end or is out of
/// time, and asks for all registers. The machine then stands still and has its memory still, unless
/// Bochs has ended.
evidence::BochsCapture watch_bochs(const Request& request, const evidence::Symbols& symbols,
                                   BochsProcess& bochs);

/// After that, where the kernel was about to switch the machine off: whether it does.
bool powers_off(const Request& request, BochsProcess& bochs);

}  // namespace engine
