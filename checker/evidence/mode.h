#pragma once

#include <string_view>

#include "checker/evidence/evidence.h"

namespace evidence {

/// The mode that a CPU is in. [sdm3 2.2]
enum class Mode {
    real,
    protected_16,   // 16-bit code in protected mode
    protected_32,   // without paging
    paging_32,      // 32-bit code under the two-level tables of CR4.PAE = 0
    pae,            // 32-bit code under those of CR4.PAE = 1, outside long mode
    compatibility,  // 16- or 32-bit code in long mode
    long_mode,      // 64-bit code
};

/// By CR0.PE, CR0.PG, CR4.PAE, EFER.LMA and what CS holds: never by where the code stands.
Mode mode_of(const Registers& registers);

/// "real mode", "32-bit, PAE", "64-bit"
std::string_view short_name(Mode mode);

}  // namespace evidence
