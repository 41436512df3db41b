// What this kernel asks of a processor.
#pragma once

#include <array>
#include <string_view>

#include "instructions.h"
#include "lib/panic.h"
#include "x86/cpuid.h"

namespace cpu {

/// A feature that the kernel cannot do without, and what for.
struct RequiredFeature {
    x86::CpuidFeature feature;
    std::string_view name;
    std::string_view needed_for;
};

/// Long mode and NX are the boot code's business, which needs them before there is any C++; they
/// are asked for again because each CPU has its own answer.
inline constexpr auto required_features = std::to_array<RequiredFeature>({
    {x86::cpuid::msr, "MSR", "EFER and the GS base are model-specific registers"},
    {x86::cpuid::pae, "PAE", "long mode has no other paging"},
    {x86::cpuid::apic, "APIC", "CPUs wake each other by their local APICs"},
    {x86::cpuid::tsc, "TSC", "it tells the time"},
    {x86::cpuid::nx, "NX", "only code may be executed"},
    {x86::cpuid::long_mode, "LM", "this is a 64-bit kernel"},
});

/// Panics with the name of the first feature that this CPU lacks, if any.
inline void require_features() {
    for (const RequiredFeature& required : required_features) {
        if (!instructions::has(required.feature)) {
            lib::panic("this processor lacks {}, which the kernel cannot do without: {}",
                       required.name, required.needed_for);
        }
    }
}

}  // namespace cpu
