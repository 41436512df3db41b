// Model-specific registers by number. [sdm4 2.1] [apm2 A.1]
#pragma once

#include <cstdint>

namespace x86 {

enum class Msr : std::uint32_t {
    apic_base = 0x1b,             // where the local APIC is, and whether: ApicBase
    x2apic = 0x800,               // first of the local APIC's registers: x2apic_msr()
    efer = 0xc0000080,            // extended features: Efer
    gs_base = 0xc0000101,         // here: the address of this CPU's record
    kernel_gs_base = 0xc0000102,  // what SWAPGS exchanges with gs_base
};

}  // namespace x86
