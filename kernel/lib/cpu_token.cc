#include "lib/cpu_token.h"

#include "instructions.h"
#include "x86/cpuid.h"

namespace lib {

std::uint32_t cpu_token() {
    // Leaf 1 has eight bits of the id, which is not enough beyond 255 CPUs; leaf 0Bh has all 32 and
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

}  // namespace lib
