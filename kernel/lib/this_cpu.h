// What a lock needs of the CPU that it runs on: to know who it is, and to keep its interrupts off.
// Host tests define both with a thread in a CPU's place.
#pragma once

#include <cstdint>

namespace lib {

/// A number that only this CPU has, never 0: its APIC ID as CPUID reports it, plus 1. CPUID answers
/// from the first instruction on, whatever GS holds, so a lock can tell its owner even on a CPU
/// whose per-CPU record is missing or wrong. [sdm2 CPUID leaves 01h, 0Bh]
std::uint32_t cpu_token();

/// The APIC ID behind a token, for messages.
constexpr std::uint32_t apic_id_of_token(std::uint32_t token) {
    return token - 1;
}

/// Keeps maskable interrupts off on this CPU for its lifetime, then restores RFLAGS.IF to what it
/// was, so that guards nest. NMIs and exceptions still arrive. [sdm3 6.8.1]
class InterruptGuard {
  public:
    InterruptGuard();
    ~InterruptGuard();
    InterruptGuard(const InterruptGuard&) = delete;
    InterruptGuard& operator=(const InterruptGuard&) = delete;

  private:
    bool were_enabled_;
};

}  // namespace lib
