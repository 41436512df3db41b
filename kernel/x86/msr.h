// Model-specific registers by number. [sdm4 2.1] [apm2 A.1]
#pragma once

#include <cstdint>

namespace x86 {

enum class Msr : std::uint32_t {
    time_stamp_counter = 0x10,
    apic_base = 0x1b,  // where the local APIC is, and whether: ApicBase
    page_attribute_table = 0x277,
    tsc_deadline = 0x6e0,  // the TSC value at which the APIC timer fires
    x2apic = 0x800,        // first of the local APIC's registers: x2apic_msr()
    efer = 0xc0000080,     // extended features: Efer
    star = 0xc0000081,     // SYSCALL: selectors
    lstar = 0xc0000082,    // SYSCALL: 64-bit entry
    fmask = 0xc0000084,    // SYSCALL: flags to clear
    fs_base = 0xc0000100,
    gs_base = 0xc0000101,         // here: the address of this CPU's record
    kernel_gs_base = 0xc0000102,  // what SWAPGS exchanges with gs_base
    tsc_aux = 0xc0000103,         // what RDTSCP returns in ECX
};

}  // namespace x86
