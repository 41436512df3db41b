// How the whole machine stops when the kernel cannot go on. lib/panic.h is the way in.
#pragma once

#include <atomic>
#include <cstdint>

#include "cpu/trap_text.h"

namespace cpu {

/// What a panic leaves in memory for a debugger or the checker, which find it by its name.
struct PanicRecord {
    static constexpr std::uint32_t unknown_cpu = 0xffffffff;

    std::atomic<std::uint32_t> happened;  // 1 once the other two are complete
    std::uint32_t cpu;                    // or unknown_cpu: an AP that has no record yet
    char text[256];                       // the reason, ended by a zero
};
extern PanicRecord panic_record;

/// Has a panic end with `end`, which should not return; without it the CPU halts for good.
void set_end_machine(void (*end)());

/// Whether this CPU has to stop because another one is in a panic.
bool another_cpu_panics();

/// The panic of a CPU that took a trap which nobody handles.
[[noreturn]] void panic_in_trap(const Trap& trap);

}  // namespace cpu
