// The record of each CPU, and the GS base that leads to it.
#include <algorithm>
#include <fmt/format.h>

#include "checker/diagnosis/cpus.h"
#include "checker/diagnosis/operand.h"
#include "checker/diagnosis/rules/rules.h"
#include "checker/evidence/kernel_names.h"
#include "memory/layout.h"
#include "observed.h"
#include "x86/msr.h"

namespace diagnosis::rules {

namespace {

// Says that its GS base is set.
template <class Predicate>
const Cpu* ap_whose_gs(const Scene& scene, Predicate is_wrong) {
    return first_ap(scene, [&](const Cpu& cpu) {
        return cpu.registers && cpu.record && evidence::reached(cpu, '6') &&
               cpu.registers->gs.base != cpu.record->address && cpu.registers->gs.base != 0 &&
               is_wrong(cpu);
    });
}

bool empty(const Cpu& cpu) {
    return cpu.record && cpu.record->self == 0;
}

// Somebody else's record that this AP has filled: of a CPU that never started, or the BSP's, which
// then has this AP's LAPIC id.
const Cpu* filled_instead(const Scene& scene, const Cpu& cpu) {
    return first_cpu(scene, [&](const Cpu& other) {
        return other.cpu != cpu.cpu && other.record && other.record->self != 0 &&
               (other.cpu == 0 ? other.record->lapic_id != other.apic_id
                               : !evidence::started(other));
    });
}

std::string whose(const Cpu& cpu) {
    return cpu.cpu == 0 ? "the BSP's record" : fmt::format("the record of CPU {}", cpu.cpu);
}

constexpr std::uint64_t fs_gs_size = 0x1000;
constexpr std::uint64_t at_address_0 = 0xf000ff53f000ff53;  // two vectors of the firmware's

// An access through GS, or through what was read there: with GS base 0 that is the BIOS's vectors.
bool used_the_record(const Scene& scene) {
    const Registers& registers = *scene.registers();
    const std::string_view text = scene.oldest->where.instruction;
    if (text.find("gs:") != std::string_view::npos)
        return true;
    if (text.starts_with("wrmsr") || text.starts_with("wrgsbase") || text.starts_with("rdgsbase") ||
        text.starts_with("mov gs") || text.starts_with("swapgs") || text.starts_with("ud2"))
        return false;
    return (scene.raised(ExceptionVector::general_protection) &&
            evidence::any_register_is(registers, at_address_0)) ||
           (scene.oldest->cr2 && *scene.oldest->cr2 < fs_gs_size);
}

std::uint64_t halves_exchanged(std::uint64_t value) {
    return value << 32 | value >> 32;
}

// How this AP came by such a GS base, as far as the number shows it.
std::string how_it_came(const Scene& scene, const Cpu& cpu, std::uint64_t base) {
    const std::uint64_t record = cpu.record->address;
    const auto& first = scene.evidence.cpus.front().record;
    if (base == record - memory::kernel_base.raw)
        return "That is the record's physical address; a GS base is virtual.";
    if (base == halves_exchanged(record))
        return "That is the record's address with the halves exchanged: WRMSR takes the upper "
               "half from EDX.";
    if ((base & low_32_bits) == (record & low_32_bits))
        return "The lower half is the record's, the upper half is not: that one WRMSR takes from "
               "EDX. In 64-bit code the constraint \"A\" is one register, and not EDX:EAX.";
    if (base == at_address_0)
        return "That is what lies at address 0: this_cpu() was asked for the record while the GS "
               "base was still 0.";
    if (first && base == first->address + cpu.cpu * sizeof(observed::PerCpu))
        return fmt::format(
            "The base was counted in steps of {} bytes, the size of a record; the records "
            "lie {} bytes apart, each in a line of its own.",
            sizeof(observed::PerCpu), sizeof(observed::PerCpuRecords::Line));
    if (cpu.arrival && cpu.arrival->mailbox.stack_top - base <= x86::page_size)
        return "That is on the AP's first stack, which is gone when low memory is unmapped.";
    return "";
}

std::optional<Explanation> gs_base_not_canonical(const Scene& scene) {
    const auto value = refused_wrmsr(scene, x86::Msr::gs_base);
    if (!value || x86::is_canonical(x86::VirtualAddress{*value}))
        return {};
    return Explanation{
        .cause = fmt::format("CPU {} tried to write {:#x} to GS_BASE, which is no address.",
                             scene.cpu->cpu, *value),
        .detail = scene.cpu->record ? how_it_came(scene, *scene.cpu, *value) : "",
        .advice = *value == at_address_0 ? "Give GS_BASE the address of `record_of(cpu)`: "
                                           "`this_cpu()` works only afterwards."
                                         : ""};
}

std::optional<Explanation> fsgsbase_not_enabled(const Scene& scene) {
    if (!scene.raised_at(ExceptionVector::invalid_opcode, "gsbase") || !scene.registers() ||
        scene.registers()->control.cr4.has(x86::cr4::fsgsbase))
        return {};
    return Explanation{
        .cause = fmt::format(
            "CPU {} executed {}, and CR4.FSGSBASE is 0.", scene.cpu->cpu,
            scene.oldest->where.instruction.substr(0, scene.oldest->where.instruction.find(' '))),
        .compare = {Register::cr4}};
}

// Its stage says that it was set.
std::optional<Explanation> gs_base_lost(const Scene& scene) {
    if (!scene.oldest || !scene.registers() || scene.registers()->gs.base != 0 ||
        !scene.reached('6') || scene.registers()->gs.selector == 0)
        return {};
    return about(*scene.cpu, "has GS base 0 after stage '6': GS was loaded with selector {:#x}.",
                 scene.registers()->gs.selector);
}

std::optional<Explanation> gs_base_shared(const Scene& scene) {
    const Cpu* cpu = ap_whose_gs(
        scene, [&](const Cpu& one) { return owner_of_its_record(scene, one) != nullptr; });
    if (!cpu)
        return {};
    return Explanation{.cause = fmt::format("CPU {}'s GS base leads to {}.", cpu->cpu,
                                            whose(*owner_of_its_record(scene, *cpu))),
                       .detail = empty(*cpu) ? "Its own record was never filled." : "",
                       .cpu = cpu->cpu};
}

std::optional<Explanation> gs_base_truncated(const Scene& scene) {
    const Cpu* cpu = ap_whose_gs(scene, [](const Cpu& one) {
        return one.registers->gs.base == (one.record->address & low_32_bits);
    });
    if (!cpu)
        return {};
    return Explanation{
        .cause = fmt::format("CPU {}'s GS base is {:#x}: the low 32 bits of its record's address.",
                             cpu->cpu, cpu->registers->gs.base),
        .detail = fmt::format("Here it lies at {:#x}.", cpu->record->address),
        .cpu = cpu->cpu};
}

std::optional<Explanation> gs_base_wrong(const Scene& scene) {
    const Cpu* cpu = ap_whose_gs(scene, [](const Cpu&) { return true; });
    if (!cpu)
        return {};
    const std::uint64_t base = cpu->registers->gs.base, record = cpu->record->address;
    const std::uint64_t before = record - base, behind = base - record;
    const std::string distance = before < x86::page_size   ? fmt::format("{} bytes before", before)
                                 : behind < x86::page_size ? fmt::format("{} bytes behind", behind)
                                                           : "which is not the address of";
    return Explanation{.cause = fmt::format("CPU {}'s GS base is {:#x}, {} its record, {:#x}.",
                                            cpu->cpu, base, distance, record),
                       .detail = how_it_came(scene, *cpu, base),
                       .cpu = cpu->cpu};
}

std::optional<Explanation> record_of_another(const Scene& scene) {
    const Cpu* cpu = first_ap(scene, [](const Cpu& one) {
        return empty(one) && evidence::reached(one, 'D') && evidence::reached(one, '4');
    });
    const Cpu* other = cpu ? filled_instead(scene, *cpu) : nullptr;
    const bool beyond = cpu && !other && scene.cpu == cpu && scene.oldest;
    if (!other && !beyond)
        return {};
    return about(*cpu, "filled {}, and not its own.",
                 other ? whose(*other) : "the record of a CPU that this machine does not have");
}

std::optional<Explanation> bsp_record_overwritten(const Scene& scene) {
    const Cpu* bsp = scene.bsp;
    if (!scene.judges(labs::per_cpu) || !bsp || !bsp->record ||
        (scene.oldest && scene.cpu != bsp) ||
        (bsp->record->id == 0 && bsp->record->lapic_id == bsp->apic_id &&
         bsp->record->self == bsp->record->address))
        return {};
    if (bsp->record->self == 0)
        return Explanation{.cause = "The BSP's record was overwritten: it is empty.", .cpu = 0};
    return Explanation{
        .cause = fmt::format(
            "The BSP's record was overwritten: it says id {}, lapic_id {:#x}, and the BSP "
            "is CPU 0 with LAPIC ID {:#x}.",
            bsp->record->id, bsp->record->lapic_id, bsp->apic_id),
        .cpu = 0};
}

std::optional<Explanation> record_missing(const Scene& scene) {
    const Cpu* cpu = first_ap(scene, [](const Cpu& one) {
        return one.record && !evidence::reached(one, 'A') && one.registers &&
               one.registers->gs.base != 0 &&
               (evidence::reached(one, '4') || evidence::reached(one, '6'));
    });
    if (!cpu || !scene.judges(labs::per_cpu))
        return {};
    return about(
        *cpu, "went on {}: init_percpu() was not called by then.",
        empty(*cpu) ? "with an empty record" : "with a record that somebody has filled by hand");
}

std::optional<Explanation> gs_base_missing(const Scene& scene) {
    // After letter 3, once the protections are the BSP's, GS is asked for the CPU's record.
    if (!scene.oldest || !scene.registers() || !scene.registers()->cs.long_mode ||
        !scene.reached('3') || scene.registers()->gs.base != 0)
        return {};
    if (!used_the_record(scene))
        return {};
    return Explanation{
        .cause = fmt::format("CPU {} used its per-CPU record through a GS base that is 0.",
                             scene.cpu->cpu),
        .detail = scene.reached('6') ? "It left '6', so it was past what sets the base: 0 was "
                                       "written, as `self` is before init_percpu() fills it, or it "
                                       "went elsewhere, or another WRMSR, SWAPGS or a load of GS "
                                       "has undone it since."
                                     : "",
        .advice = scene.reached('A') && !scene.reached('D') && scene.in_seam(scene.oldest->where)
                      ? "Ask for no record here: `init_percpu()` calls `read_lapic_id()` before GS "
                        "is set, and the record is not filled by then."
                      : ""};
}

// In its start still, by where it stands.
bool in_its_start(const Cpu& cpu) {
    namespace names = evidence::kernel_names;
    return !evidence::at_work(cpu) && !is_below(cpu, names::ap_main) &&
           (is_below(cpu, names::ap_without_labs) || is_below(cpu, names::ap_entry));
}

std::optional<Explanation> ap_state_written(const Scene& scene) {
    const Cpu* cpu = first_ap(scene, [](const Cpu& one) {
        return one.handshake == evidence::Handshake::online && in_its_start(one);
    });
    if (!cpu || scene.oldest)
        return {};
    return about(*cpu, "counted as online in `ap_states` before it had finished its start.");
}

}  // namespace

const RuleList per_cpu_rules{
    {"fsgsbase-not-enabled", fsgsbase_not_enabled},
    {"gs-base-not-canonical", gs_base_not_canonical},
    {"gs-base-lost", gs_base_lost},
    {"record-missing", record_missing},
    {"gs-base-missing", gs_base_missing},
    {"gs-base-shared", gs_base_shared},
    {"gs-base-truncated", gs_base_truncated},
    {"gs-base-wrong", gs_base_wrong},
    {"record-of-another", record_of_another},
    {"bsp-record-overwritten", bsp_record_overwritten},
    {"ap-state-written", ap_state_written},
};

}  // namespace diagnosis::rules
