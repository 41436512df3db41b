#include <algorithm>
#include <fmt/format.h>

#include "checker/diagnosis/cpus.h"
#include "checker/diagnosis/operand.h"
#include "checker/diagnosis/rules/rules.h"
#include "checker/evidence/kernel_names.h"
#include "checker/evidence/words.h"
#include "memory/layout.h"

namespace diagnosis::rules {

namespace {

std::optional<Explanation> lapic_not_mapped(const Scene& scene) {
    constexpr std::uint64_t lapic = 0xfee00000, lapic_size = 0x1000;
    if (!scene.raised(ExceptionVector::page_fault) || scene.page_fault_with(x86::page_fault::p) ||
        !scene.oldest->cr2 || *scene.oldest->cr2 < lapic ||
        *scene.oldest->cr2 >= lapic + lapic_size)
        return {};
    return about(*scene.cpu, "used the local APIC at its physical address, which is not mapped.");
}

std::optional<Explanation> ran_astray(const Scene& scene) {
    if (!scene.registers() || !scene.cpu || !evidence::started(*scene.cpu) || scene.fetch_fault())
        return {};
    const Location& place = scene.oldest ? scene.oldest->where : scene.cpu->where;
    const auto mode = evidence::mode_of(*scene.registers());
    const bool in_64_bit = scene.registers()->cs.long_mode;
    const bool halted = scene.registers()->halted && !scene.oldest;
    if (in_trampoline(place.address) || !place.symbol.empty() || !place.file.empty() ||
        (!scene.oldest && in_64_bit &&
         (place.instruction.empty() || place.address >= ::memory::low_memory_size)) ||
        (halted && mode == evidence::Mode::real))
        return {};
    return about(
        *scene.cpu, "{} {} at {:#x}, which is nobody's; {}.", halted ? "halted in" : "runs",
        mode == evidence::Mode::real ? "real-mode code"
        : in_64_bit                  ? "64-bit code"
                                     : "32-bit code",
        place.address,
        scene.cpu->trace.empty() ? std::string{"it left no letter"}
                                 : fmt::format("its last stage is '{}'", scene.cpu->trace.back()));
}

// Bits beside those that the kernel sets for itself; another firmware may have left some.
std::optional<Explanation> bsp_has_more(const Scene& scene) {
    const x86::ControlState more = evidence::beyond_a_start(scene.bsp_registers()->control);
    if (scene.evidence.way != evidence::Way::rom || more == x86::ControlState{})
        return {};
    const Register which = more.cr4.raw != 0 ? Register::cr4 : Register::efer;
    return Explanation{
        .cause =
            fmt::format("The BSP's {} has more than the kernel sets: {}.", judgement::name(which),
                        judgement::bit_names(which, judgement::value(which, more))),
        .compare = {which},
        .cpu = 0};
}

// What the kernel sets for itself, and never takes back.
std::optional<Explanation> bsp_control_changed(const Scene& scene) {
    if (!scene.bsp_registers() || scene.oldest || scene.evidence.second_machine ||
        !evidence::came_to_its_end(scene.evidence))
        return {};
    const x86::ControlState& control = scene.bsp_registers()->control;
    const bool wp = control.cr0.has(x86::cr0::wp), nxe = control.efer.has(x86::efer::nxe);
    if (wp && nxe)
        return bsp_has_more(scene);
    return Explanation{
        .cause = fmt::format("The BSP itself has lost {}.", wp ? "EFER.NXE" : "CR0.WP"),
        .compare = {wp ? Register::efer : Register::cr0},
        .cpu = 0};
}

std::optional<Explanation> control_bit_differs(const Scene& scene) {
    if (scene.evidence.end != End::panicked || !scene.bsp_registers())
        return {};
    const auto difference = [&](const Cpu& cpu, Register which) {
        return judgement::value(which, cpu.registers->control) ^
               judgement::value(which, scene.bsp_registers()->control);
    };
    constexpr std::array all{Register::cr0, Register::cr4, Register::efer};
    const Cpu* cpu = first_ap(scene, [&](const Cpu& one) {
        return one.registers && evidence::reached(one, '6') &&
               std::ranges::any_of(all, [&](Register each) { return difference(one, each) != 0; });
    });
    if (!cpu)
        return {};
    std::vector<Register> others;
    std::string bits;
    for (const Register each : all)
        if (const std::uint64_t other = difference(*cpu, each); other != 0) {
            others.push_back(each);
            bits += fmt::format("{}{} {}", bits.empty() ? "" : ", ", judgement::name(each),
                                judgement::bit_names(each, other));
        }
    const auto left = left_by_a_stage(
        difference(*cpu, Register::cr0) != 0 ? cpu->registers->control.cr0 : x86::Cr0{});
    return Explanation{
        .cause = fmt::format("CPU {} left its last stage with other control bits than the BSP: {}.",
                             cpu->cpu, bits),
        .detail = std::string{left},
        .advice = left.empty() ? "" : "Keep no value in EAX, ECX or EDX over `leave_stage`.",
        .compare = others,
        .cpu = cpu->cpu};
}

std::optional<Explanation> precondition_broken(const Scene& scene) {
    // The other labs use no constructor that checks its arguments: a UD2 there is somebody's own.
    const bool can_be = scene.judges(labs::identity_map) || scene.judges(labs::trampoline);
    if (!can_be || !scene.cpu || !scene.raised_at(ExceptionVector::invalid_opcode, "ud2"))
        return {};
    const bool own = scene.in_seam(scene.oldest->where);
    const Location* place = own ? &scene.oldest->where : place_in_seam(scene, *scene.cpu);
    if (!place)
        return {};
    const std::string& symbol = scene.oldest->where.symbol;
    // It demands nothing else.
    const bool sends = !own && symbol == evidence::kernel_names::send;
    // One UD2 may be that of several calls, and has the line of the first.
    return about(*scene.cpu, "stopped in {}, {} {}{}: {}.", symbol, own ? "at" : "called from",
                 lines_of(*place), own ? " or below" : "",
                 sends ? "the destination is above 255, where the IDs of xAPIC mode end"
                       : "an argument breaks what is demanded of it");
}

}  // namespace

const RuleList any_rules{
    {"precondition-broken", precondition_broken},
    {"bsp-control-changed", bsp_control_changed},
    {"control-bit-differs", control_bit_differs},
    {"lapic-not-mapped", lapic_not_mapped},
    {"ran-astray", ran_astray},
};

}  // namespace diagnosis::rules
