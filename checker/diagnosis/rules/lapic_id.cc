// What a CPU has read as the ID of its local APIC, beside what the MADT says.
#include <fmt/format.h>

#include "checker/diagnosis/aps.h"
#include "checker/diagnosis/rules/rules.h"

namespace diagnosis::rules {

namespace {

using evidence::Cpu;

constexpr unsigned xapic_shift = 24;

bool wrong_id(const Cpu& cpu) {
    return cpu.record && cpu.record->self != 0 && cpu.record->lapic_id != cpu.apic_id;
}

bool is_shifted_by(const Cpu& cpu, unsigned bits) {
    return cpu.apic_id != 0 && cpu.record->lapic_id == std::uint64_t{cpu.apic_id} << bits;
}

std::string how(const Scene& scene, const Cpu& cpu) {
    for (unsigned bits = 1; bits < xapic_shift; ++bits)
        if (is_shifted_by(cpu, bits))
            return fmt::format("It is the ID, {} bits too far up.", bits);
    const Cpu* namesake = first_ap(scene, [&](const Cpu& one) {
        return one.record && one.cpu != cpu.cpu && one.apic_id == cpu.record->lapic_id;
    });
    if (namesake)
        return fmt::format("That is CPU {}'s ID: each CPU has to ask its own LAPIC, each time.",
                           namesake->cpu);
    if (cpu.record->lapic_id == 0)
        return "0 is also what the upper byte of the version register holds, and the lower bytes "
               "of the ID register.";
    return "It is something else than the ID.";
}

template <bool not_shifted>
std::optional<Explanation> lapic_id_wrong(const Scene& scene) {
    const Cpu* cpu = first_ap(scene, [](const Cpu& one) {
        return wrong_id(one) && (!not_shifted || is_shifted_by(one, xapic_shift));
    });
    if (!cpu)
        return {};
    return Explanation{
        .cause = fmt::format("CPU {} read its LAPIC id as {:#x}; the MADT says {:#x}.", cpu->cpu,
                             cpu->record->lapic_id, cpu->apic_id),
        .detail = not_shifted ? "" : how(scene, *cpu),
        .cpu = cpu->cpu};
}

}  // namespace

std::span<const Rule> lapic_id_rules() {
    static constexpr auto all = std::to_array<Rule>({
        {"lapic-id-not-shifted", lapic_id_wrong<true>},
        {"lapic-id-wrong", lapic_id_wrong<false>},
    });
    return all;
}

}  // namespace diagnosis::rules
