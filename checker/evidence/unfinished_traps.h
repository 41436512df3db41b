#pragma once

#include <vector>

#include "checker/evidence/guest_memory.h"
#include "cpu/trap_frame.h"

namespace evidence {

/// The traps that a CPU has not returned from, innermost first, as its kernel stack tells: code
/// that keeps frame pointers is followed from `frame_pointer` outwards, and each trap handler's
/// caller left a cpu::TrapFrame. None where the chain is broken.
std::vector<cpu::TrapFrame> unfinished_traps(const LinearMemory& memory,
                                             std::uint64_t frame_pointer);

}  // namespace evidence
