#include "cpu/records.h"

#include "lib/this_cpu.h"

namespace cpu {

constinit std::array<std::uint32_t, max_cpus> apic_ids{};

std::optional<unsigned> cpu_number() {
    if (record_of(0).online == 0) {
        return 0;
    }
    const x86::VirtualAddress gs_base{instructions::read_msr(x86::Msr::gs_base)};
    const std::uint32_t apic_id = lib::apic_id_of_token(lib::cpu_token());
    std::optional<unsigned> with_same_apic;
    for (unsigned cpu = 0; cpu < max_cpus; ++cpu) {
        const PerCpu& record = record_of(cpu);
        if (gs_base == x86::address_of(&record)) {
            return cpu;
        }
        if (record.online != 0 && apic_ids[cpu] == apic_id) {
            with_same_apic = cpu;
        }
    }
    return with_same_apic;
}

}  // namespace cpu
