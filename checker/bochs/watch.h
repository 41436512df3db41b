#pragma once

#include <string_view>

#include "checker/bochs/process.h"
#include "checker/bochs/read.h"
#include "checker/engine/request.h"
#include "checker/guest/symbols.h"

namespace bochs {

/// Where the kernel begins when its loader is done.
inline constexpr std::string_view kernel_begins = "kernel_main";

/// Boots until the kernel is about to switch the machine off, dies, writes without end or is out of
/// time, and asks for all registers. The machine then stands still and has its memory still, unless
/// Bochs has ended.
bochs::Capture watch(const engine::Request& request, const guest::Symbols& symbols, Process& bochs);

/// After that, where the kernel was about to switch the machine off: whether it does.
bool powers_off(const engine::Request& request, Process& bochs);

}  // namespace bochs
