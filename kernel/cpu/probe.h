// Reading memory that may not be there.
#pragma once

#include <cstdint>
#include <optional>

#include "cpu/trap_frame.h"
#include "x86/address.h"

namespace cpu {

/// The 8 bytes at `address`, or nothing where that is not mapped: for code that has to follow
/// pointers that it cannot trust. Nothing at all while this CPU has no IDT to survive the fault.
std::optional<std::uint64_t> probe(x86::VirtualAddress address);

/// Whether `frame` is a fault of probe()'s own load. If so the frame now leads to its other end,
/// and returning from the trap is all that is left to do.
bool recover_probe(TrapFrame& frame);

}  // namespace cpu
