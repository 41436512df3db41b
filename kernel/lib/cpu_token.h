#pragma once

#include <cstdint>

namespace lib {

/// A number that only this CPU has, never 0: its APIC id as CPUID reports it, plus 1.
/// CPUID answers from the first instruction on, whatever GS holds, so a lock can tell its owner
/// even on a CPU whose per-CPU record is missing or wrong. [sdm2 CPUID leaves 01h, 0Bh]
std::uint32_t cpu_token();

/// The APIC id behind a token, for messages.
constexpr std::uint32_t apic_id_of_token(std::uint32_t token) {
    return token - 1;
}

}  // namespace lib
