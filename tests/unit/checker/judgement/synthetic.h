// Evidence made by hand, for tests of what follows from it.
#pragma once

#include "checker/evidence/evidence.h"
#include "checker/lab/lab.h"

namespace synthetic {

/// The project's own lab 5, all of it judged by the first machine; tests run in the project's
/// folder.
const lab::Lab& lab_5();

/// A BSP and three APs that came up whole, up to the kernel's end.
evidence::Evidence healthy(evidence::Engine engine = evidence::Engine::qemu);
/// The same, with the first APs seen as they entered C++: passes lab 5.
evidence::Evidence passing(evidence::Engine engine = evidence::Engine::qemu);

/// The same, with all that the engines tell besides: how each AP arrived in C++, every record, and
/// the page at 0x8000.
evidence::Evidence healthy_and_told();

/// The untouched lab 5: CPU 1 dies on the write that would have earned E.
evidence::Evidence documented_fault(evidence::Engine engine = evidence::Engine::qemu);

/// CPU 1 has come as far as `trace`, in the trampoline's 32-bit half, and died there of `vector`;
/// its control registers are what the reference had set by then.
evidence::Evidence died_in_trampoline(std::string trace, unsigned vector, std::uint32_t error,
                                      std::string instruction);

/// CPU 1 died in match_bsp.cc, at letter 3, of `vector`.
evidence::Evidence died_in_seam(unsigned vector, std::uint32_t error, std::string instruction);

/// A walk that ends at a page table's entry.
x86::PageWalk walk_to(x86::PageEntry last, x86::WalkOutcome outcome,
                      std::uint64_t reserved_bits = 0);

}  // namespace synthetic
