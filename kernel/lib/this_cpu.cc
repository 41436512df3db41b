#include "lib/this_cpu.h"

#include "instructions.h"
#include "x86/control_registers.h"
#include "x86/cpuid.h"

namespace lib {

std::uint32_t cpu_token() {
    // Leaf 1 has eight bits of the ID, which is not enough beyond 255 CPUs; leaf 0Bh has all 32 and
    // is there whenever they are needed. Where it is missing, its EBX is 0.
    constexpr std::uint32_t topology_leaf = 0x0b;
    if (instructions::cpuid(x86::cpuid::highest_basic_leaf).eax >= topology_leaf) {
        const x86::CpuidResult topology = instructions::cpuid(topology_leaf);
        if (topology.ebx != 0) {
            return topology.edx + 1;
        }
    }
    return x86::cpuid::initial_apic_id(instructions::cpuid(1)) + 1;
}

InterruptGuard::InterruptGuard()
    : were_enabled_(instructions::read_rflags().has(x86::rflags::if_)) {
    instructions::cli();
}

InterruptGuard::~InterruptGuard() {
    if (were_enabled_) {
        instructions::sti();
    }
}

}  // namespace lib
