// The record of each CPU, and the GS base that leads to it.
#include <fmt/format.h>

#include "checker/diagnosis/aps.h"
#include "checker/diagnosis/rules/rules.h"
#include "memory/layout.h"

namespace diagnosis::rules {

namespace {

using evidence::Cpu;

// Says that its GS base is set.
const Cpu* ap_whose_gs(const Scene& scene, bool (*is_wrong)(const Scene&, const Cpu&)) {
    return first_ap(scene, [&](const Cpu& cpu) {
        return cpu.registers && cpu.record && evidence::reached(cpu, '6') &&
               cpu.registers->gs.base != cpu.record->address && cpu.registers->gs.base != 0 &&
               is_wrong(scene, cpu);
    });
}

bool empty(const Cpu& cpu) {
    return cpu.record && cpu.record->self == 0;
}

// Whose record lies at `address`; null for nobody's.
const Cpu* owner(const Scene& scene, std::uint64_t address) {
    for (const Cpu& cpu : scene.evidence.cpus)
        if (cpu.record && cpu.record->address == address)
            return &cpu;
    return nullptr;
}

// Somebody else's record that this AP has filled: of a CPU that never started, or the BSP's, which
// then has this AP's LAPIC id.
const Cpu* filled_instead(const Scene& scene, const Cpu& cpu) {
    for (const Cpu& other : scene.evidence.cpus) {
        if (other.cpu == cpu.cpu || !other.record || other.record->self == 0)
            continue;
        if (other.cpu == 0 ? other.record->lapic_id != other.apic_id : !evidence::started(other))
            return &other;
    }
    return nullptr;
}

std::string whose(const Cpu& cpu) {
    return cpu.cpu == 0 ? "the BSP's record" : fmt::format("the record of CPU {}", cpu.cpu);
}

std::optional<Explanation> gs_base_shared(const Scene& scene) {
    const Cpu* cpu = ap_whose_gs(scene, [](const Scene& its_scene, const Cpu& one) {
        return owner(its_scene, one.registers->gs.base) != nullptr;
    });
    if (!cpu)
        return {};
    const Cpu& other = *owner(scene, cpu->registers->gs.base);
    return Explanation{
        fmt::format("CPU {}'s GS base leads to {}.", cpu->cpu, whose(other)),
        fmt::format("this_cpu() then says that this is CPU {0}: it takes CPU {0}'s stack and "
                    "descriptor tables for its own.{1}",
                    other.cpu, empty(*cpu) ? " Its own record was never filled." : ""),
        "Take the record with the number that adopt_record() is given.",
        {},
        cpu->cpu};
}

std::optional<Explanation> gs_base_truncated(const Scene& scene) {
    const Cpu* cpu = ap_whose_gs(scene, [](const Scene&, const Cpu& one) {
        return one.registers->gs.base == (one.record->address & low_32_bits);
    });
    if (!cpu)
        return {};
    return Explanation{
        fmt::format("CPU {}'s GS base is {:#x}: the low 32 bits of its record's address.", cpu->cpu,
                    cpu->registers->gs.base),
        fmt::format("The record lies at {:#x}. WRMSR takes EDX:EAX, half of the value in each.",
                    cpu->record->address),
        "Write all 64 bits; `instructions::write_msr` does.",
        {},
        cpu->cpu};
}

std::optional<Explanation> gs_base_wrong(const Scene& scene) {
    const Cpu* cpu = ap_whose_gs(scene, [](const Scene&, const Cpu&) { return true; });
    if (!cpu)
        return {};
    const bool in_low_memory = cpu->registers->gs.base < memory::low_memory_size;
    return Explanation{
        fmt::format("CPU {}'s GS base is {:#x}, and its record lies at {:#x}.", cpu->cpu,
                    cpu->registers->gs.base, cpu->record->address),
        in_low_memory
            ? "That is in low memory, where an AP's first stack is: a local variable. The AP "
              "leaves "
              "that stack, and low memory is unmapped when all APs are up."
            : "this_cpu() reads the record's address from there, and takes what it finds for it.",
        "Give GS_BASE the address of `record_of(cpu)`: not of a copy, not of a pointer to it.",
        {},
        cpu->cpu};
}

std::optional<Explanation> record_of_another(const Scene& scene) {
    const Cpu* cpu = first_ap(scene, [](const Cpu& one) {
        return empty(one) && evidence::reached(one, 'D') && evidence::reached(one, '4');
    });
    const Cpu* other = cpu ? filled_instead(scene, *cpu) : nullptr;
    const bool beyond = cpu && !other && scene.cpu == cpu && scene.oldest;
    if (!other && !beyond)
        return {};
    return Explanation{
        fmt::format("CPU {} filled {}, and not its own.", cpu->cpu,
                    other ? whose(*other) : "the record of a CPU that this machine does not have"),
        "Its own record is empty: `self` is 0 there, and so are the stack and the descriptor "
        "tables that this CPU needs next.",
        "Call init_percpu() with the number that adopt_record() is given.",
        {},
        cpu->cpu};
}

std::optional<Explanation> record_missing(const Scene& scene) {
    const Cpu* cpu = first_ap(scene, [](const Cpu& one) {
        return empty(one) && !evidence::reached(one, 'A') &&
               (evidence::reached(one, '4') || evidence::reached(one, '6'));
    });
    if (!cpu)
        return {};
    return Explanation{
        fmt::format("CPU {} went on with an empty record: init_percpu() was never called.",
                    cpu->cpu),
        "GS leads to the record, and `self` in it is 0: this_cpu() is then a record at address 0.",
        "Call init_percpu(cpu) before everything else.",
        {},
        cpu->cpu};
}

std::optional<Explanation> gs_base_missing(const Scene& scene) {
    // After letter 3, once the protections are the BSP's, GS is asked for the CPU's record.
    if (!scene.oldest || !scene.registers() || !scene.registers()->cs.long_mode ||
        !scene.reached('3') || scene.registers()->gs.base != 0)
        return {};
    // The record may be there (letter 4), and not be led to; or the kernel asks for it already.
    if (!scene.reached('4') && scene.oldest->where.symbol != "ap_entry64")
        return {};
    return Explanation{
        fmt::format("CPU {} used its per-CPU record through a GS base that is 0.", scene.cpu->cpu),
        "With GS base 0 the record is read from address 0: the BIOS's interrupt vector table while "
        "low memory is mapped, nothing afterwards.",
        "Write the address of the CPU's record to the MSR GS_BASE before anything asks for it.",
        {}};
}

}  // namespace

std::span<const Rule> per_cpu_rules() {
    static constexpr auto all = std::to_array<Rule>({
        {"gs-base-missing", 6, gs_base_missing},
        {"gs-base-shared", 6, gs_base_shared},
        {"gs-base-truncated", 6, gs_base_truncated},
        {"gs-base-wrong", 6, gs_base_wrong},
        {"record-of-another", 6, record_of_another},
        {"record-missing", 6, record_missing},
    });
    return all;
}

}  // namespace diagnosis::rules
