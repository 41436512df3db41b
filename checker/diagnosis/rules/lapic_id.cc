// What a CPU has read as the ID of its local APIC, beside what the MADT says.
#include <fmt/format.h>

#include "checker/diagnosis/cpus.h"
#include "checker/diagnosis/rules/rules.h"

namespace diagnosis::rules {

namespace {

constexpr unsigned xapic_shift = 24;

bool wrong_id(const Cpu& cpu) {
    return cpu.record && cpu.record->self != 0 && cpu.record->lapic_id != cpu.apic_id;
}

bool is_shifted_by(const Cpu& cpu, unsigned bits) {
    return cpu.apic_id != 0 && cpu.record->lapic_id == std::uint64_t{cpu.apic_id} << bits;
}

// And more than one CPU says so: one number alone may be a power of two more by chance.
bool are_all_shifted_by(const Scene& scene, unsigned bits) {
    const auto has_read = [](const Cpu& one) {
        return one.cpu != 0 && one.record && one.record->self != 0;
    };
    const auto& cpus = scene.evidence.cpus;
    return std::ranges::count_if(cpus, has_read) > 1 &&
           std::ranges::all_of(
               cpus, [&](const Cpu& one) { return !has_read(one) || is_shifted_by(one, bits); });
}

bool sign_is_extended(const Cpu& cpu) {
    return cpu.record->lapic_id ==
           static_cast<std::uint32_t>(static_cast<std::int8_t>(cpu.apic_id));
}

// As far as the number shows it.
std::string how(const Scene& scene, const Cpu& cpu) {
    for (unsigned bits = 1; bits < xapic_shift; ++bits)
        if (is_shifted_by(cpu, bits) && (bits % 8 == 0 || are_all_shifted_by(scene, bits)))
            return fmt::format("It is the ID, {} bits too far up.", bits);
    const Cpu* namesake = first_ap(scene, [&](const Cpu& one) {
        return one.record && one.cpu != cpu.cpu && one.apic_id == cpu.record->lapic_id;
    });
    if (namesake)
        return fmt::format(
            "That is also CPU {}'s ID: each CPU has to ask its own LAPIC, each time.",
            namesake->cpu);
    const auto& asked = scene.evidence.asked_lapics;
    if (asked && !asked->contains(cpu.apic_id))
        return "The ID register, at 0x20, was not read: what was read is another. The version "
               "register, at 0x30, has 0 in its upper byte; the logical destination, at 0xd0, has "
               "not been set.";
    if (cpu.record->lapic_id == 0)
        return "0 is also what the upper byte of the version register beside it holds, and the "
               "lower bytes of the ID register; a register is 16 bytes from the next; and a "
               "load of less than 32 bits gives 0 in QEMU.";
    if (sign_is_extended(cpu))
        return "Shifted right, a signed number is filled up with its bit 31, which an ID below 128 "
               "has clear.";
    return "";
}

// The kernel brings each LAPIC into the BSP's mode, in init_percpu().
std::optional<Explanation> lapic_in_another_mode(const Scene& scene) {
    const auto& bsp = scene.evidence.cpus.front().lapic_in_memory;
    const Cpu* cpu = first_ap(scene, [&](const Cpu& one) {
        return evidence::reached(one, 'D') && bsp && one.lapic_in_memory != bsp;
    });
    if (!cpu)
        return {};
    return about(*cpu,
                 "has its LAPIC in another mode than the BSP: its registers are {} in memory.",
                 *bsp ? "no longer" : "now");
}

// By what the engine has seen, and the kernel's own commands tell of the mode.
std::optional<Explanation> lapic_not_asked(const Scene& scene) {
    if (evidence::lapics_were_told(scene.evidence))
        return Explanation{.cause =
                               "A LAPIC was told another ID, by a write to its ID register: "
                               "what is read there then is from the seam, not from the LAPIC."};
    const auto& asked = scene.evidence.asked_lapics;
    const Cpu* cpu = first_ap(scene, [&](const Cpu& one) {
        return asked && one.record && one.record->self != 0 && !asked->contains(one.apic_id) &&
               (scene.evidence.second_machine || one.record->lapic_id == one.apic_id);
    });
    if (!cpu)
        return {};
    const std::uint32_t says = cpu->record->lapic_id;
    return Explanation{
        .cause = fmt::format("CPU {}'s LAPIC was not asked for its ID: the {:#x} in the record is "
                             "from elsewhere.",
                             cpu->cpu, says),
        .detail = says == cpu->apic_id ? "It is what the MADT says, and with it the mailbox: what "
                                         "the kernel compares the LAPIC's answer with."
                  : says == cpu->cpu   ? fmt::format("The LAPIC has {:#x}. {} is the CPU's number, "
                                                       "and the ID that CPUID tells is the one after "
                                                       "a reset.",
                                                     cpu->apic_id, says)
                                       : fmt::format("The LAPIC has {:#x}.", cpu->apic_id),
        .cpu = cpu->cpu};
}

std::optional<Explanation> lapic_id_wrong_mode(const Scene& scene) {
    const Cpu* cpu = first_ap(scene, [](const Cpu& one) {
        return wrong_id(one) && one.record->lapic_id == one.apic_id >> xapic_shift;
    });
    if (!in_x2apic_mode(scene) || !cpu)
        return {};
    return Explanation{
        .cause = fmt::format("CPU {} read its LAPIC id as {:#x} in x2APIC mode, where the whole ID "
                             "register is the ID, {:#x}.",
                             cpu->cpu, cpu->record->lapic_id, cpu->apic_id),
        .detail =
            "That is what a shift by 24 bits, as in xAPIC mode, leaves of it; and what another "
            "MSR, the upper half of this one, or a function without a value for this mode, may "
            "give.",
        .cpu = cpu->cpu};
}

// The least number of low bits of the ID that give what was read; 0 where none do.
unsigned bits_kept(const Cpu& cpu) {
    for (unsigned bits = 2; bits < 8; ++bits)
        if (cpu.record->lapic_id == (cpu.apic_id & (x86::bit(bits) - 1)))
            return bits;
    return 0;
}

std::optional<Explanation> lapic_id_cut(const Scene& scene) {
    const Cpu* cpu = first_ap(scene, [&](const Cpu& one) {
        return scene.evidence.second_machine && wrong_id(one) && bits_kept(one) != 0;
    });
    if (!cpu)
        return {};
    return about(*cpu, "kept only the lower bits of its LAPIC id: {:#x} became {:#x}.",
                 cpu->apic_id, cpu->record->lapic_id);
}

template <bool not_shifted>
std::optional<Explanation> lapic_id_wrong(const Scene& scene) {
    const Cpu* cpu = first_ap(scene, [](const Cpu& one) {
        return wrong_id(one) && (!not_shifted || is_shifted_by(one, xapic_shift));
    });
    if (!cpu)
        return {};
    return Explanation{.cause = fmt::format(
                           "CPU {} read its LAPIC id as {:#x}{}; the MADT says {:#x}.", cpu->cpu,
                           cpu->record->lapic_id,
                           sign_is_extended(*cpu) ? ", with its sign extended" : "", cpu->apic_id),
                       .detail = not_shifted ? "" : how(scene, *cpu),
                       .cpu = cpu->cpu};
}

}  // namespace

const RuleList lapic_id_rules{
    {"lapic-in-another-mode", lapic_in_another_mode}, {"lapic-not-asked", lapic_not_asked},
    {"lapic-id-wrong-mode", lapic_id_wrong_mode},     {"lapic-id-cut", lapic_id_cut},
    {"lapic-id-not-shifted", lapic_id_wrong<true>},   {"lapic-id-wrong", lapic_id_wrong<false>},
};

}  // namespace diagnosis::rules
