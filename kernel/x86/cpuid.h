// What a processor says of itself. [sdm2 CPUID] [apm3 E]
#pragma once

#include <cstdint>

namespace x86 {

/// The four registers that CPUID fills.
struct CpuidResult {
    std::uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
};

enum class CpuidRegister : std::uint8_t { eax, ebx, ecx, edx };

/// One bit of one leaf, subleaf 0.
struct CpuidFeature {
    std::uint32_t leaf;
    CpuidRegister place;
    unsigned bit;

    /// Whether `result`, which CPUID gave for `leaf`, has it.
    constexpr bool in(const CpuidResult& result) const {
        const std::uint32_t words[]{result.eax, result.ebx, result.ecx, result.edx};
        return (words[static_cast<unsigned>(place)] >> bit & 1) != 0;
    }
};

namespace cpuid {
// The highest leaf of a range is in EAX of its first; a leaf beyond it answers with nonsense.
inline constexpr std::uint32_t highest_basic_leaf = 0;
inline constexpr std::uint32_t highest_extended_leaf = 0x80000000;
inline constexpr std::uint32_t address_sizes_leaf = 0x80000008;

inline constexpr CpuidFeature tsc{1, CpuidRegister::edx, 4};           // RDTSC
inline constexpr CpuidFeature msr{1, CpuidRegister::edx, 5};           // RDMSR, WRMSR
inline constexpr CpuidFeature pae{1, CpuidRegister::edx, 6};           // CR4.PAE
inline constexpr CpuidFeature apic{1, CpuidRegister::edx, 9};          // a local APIC
inline constexpr CpuidFeature nx{0x80000001, CpuidRegister::edx, 20};  // EFER.NXE
inline constexpr CpuidFeature long_mode{0x80000001, CpuidRegister::edx, 29};

/// MAXPHYADDR, from what CPUID gave for `address_sizes_leaf`: 36..52 in practice.
constexpr unsigned physical_bits(const CpuidResult& result) {
    return result.eax & 0xff;
}

/// The initial APIC ID, from leaf 1: eight bits, whatever the mode.
constexpr std::uint32_t initial_apic_id(const CpuidResult& result) {
    return result.ebx >> 24;
}
}  // namespace cpuid

// What QEMU 7.2 says of its model qemu64 (feature-words, asked over QMP).
static_assert(cpuid::apic.in({.edx = 0x078bfbfd}) && cpuid::pae.in({.edx = 0x078bfbfd}));
static_assert(cpuid::long_mode.in({.edx = 0x2193fbfd}) && cpuid::nx.in({.edx = 0x2193fbfd}));

}  // namespace x86
