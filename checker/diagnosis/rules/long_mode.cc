#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "checker/diagnosis/cpus.h"
#include "checker/diagnosis/operand.h"
#include "checker/diagnosis/rules/rules.h"
#include "checker/diagnosis/seam_code.h"

namespace diagnosis::rules {

namespace {

std::uint64_t cr3(const Registers* registers) {
    return registers->control.cr3;
}

struct Enabled {
    bool pae, lme, pg;
};

Enabled enabled(const Scene& scene) {
    const x86::ControlState& control = scene.registers()->control;
    return {control.cr4.has(x86::cr4::pae), control.efer.has(x86::efer::lme),
            control.cr0.has(x86::cr0::pg)};
}

// At one that has its own reason to fault, whatever paging is like.
bool faulted_for_itself(const Scene& scene) {
    if (!scene.oldest)
        return false;
    const std::string_view text = scene.oldest->where.instruction;
    return std::ranges::any_of(
        std::to_array<std::string_view>({"ud2", "int", "div", "idiv", "rdmsr", "wrmsr", "mov cr4"}),
        [&](std::string_view own) { return text.starts_with(own); });
}

// How it went for long mode, with `missing` not done; empty where it did not.
std::string went_without(const Scene& scene, std::string_view missing) {
    if (!scene.enters_long_mode() || faulted_for_itself(scene))
        return "";
    if (enabled(scene).pg)
        return fmt::format("CPU {} turned paging on without {}.", scene.cpu->cpu, missing);
    if (scene.raised_at(ExceptionVector::general_protection, "mov cr0"))
        return fmt::format("CPU {} tried to turn paging on without {}, and was refused.",
                           scene.cpu->cpu, missing);
    return scene.refused_to_jump()
               ? fmt::format("CPU {} jumped to 64-bit code without {}.", scene.cpu->cpu, missing)
               : "";
}

std::optional<Explanation> cr3_missing(const Scene& scene) {
    if (!scene.lost_the_trampoline() || cr3(scene.registers()) != 0)
        return {};
    return Explanation{
        .cause = fmt::format("CPU {} turned paging on with CR3 still 0.", scene.cpu->cpu),
        .compare = {Register::cr0, Register::cr4}};
}

std::optional<Explanation> cr3_wrong(const Scene& scene) {
    const auto root = [](const Registers* of) { return x86::page_table_root(of->control.cr3); };
    if (scene.raised(ExceptionVector::page_fault) && scene.registers() && scene.bsp_registers() &&
        scene.registers()->cs.long_mode && scene.cpu->cpu != 0 && !scene.cpu->arrival &&
        root(scene.registers()) != root(scene.bsp_registers()))
        return about(*scene.cpu, "is in 64-bit code with CR3 {:#x}; the BSP's is {:#x}.",
                     cr3(scene.registers()), cr3(scene.bsp_registers()));
    if (!scene.lost_the_trampoline() || cr3(scene.registers()) == cr3(scene.bsp_registers()))
        return {};
    const std::uint64_t right = cr3(scene.bsp_registers());
    const bool frame = cr3(scene.registers()) == right / x86::page_size;
    return Explanation{
        .cause = fmt::format("CPU {} turned paging on with CR3 {:#x}; the BSP's is {:#x}.",
                             scene.cpu->cpu, cr3(scene.registers()), right),
        .detail = std::string{frame ? "This one is the number of the PML4's frame; CR3 takes its "
                                      "address."
                                    : right_on_the_first(scene)}};
}

// It came through its whole start with it: all that runs until then is mapped there too.
std::optional<Explanation> cr3_not_the_bsps(const Scene& scene) {
    if (!scene.judges(labs::long_mode) || scene.oldest || !scene.bsp_registers() ||
        scene.evidence.end != End::panicked)
        return {};
    const std::uint64_t wanted = cr3(scene.bsp_registers());
    const Cpu* cpu = first_ap(scene, [&](const Cpu& one) {
        return one.registers && evidence::reached(one, '6') && cr3(&*one.registers) != wanted;
    });
    if (!cpu)
        return {};
    return about(*cpu, "came to the end of its start with CR3 {:#x}; the BSP's is {:#x}.",
                 cr3(&*cpu->registers), wanted);
}

std::optional<Explanation> identity_map_missing(const Scene& scene) {
    if (!scene.lost_the_trampoline() || cr3(scene.registers()) != cr3(scene.bsp_registers()) ||
        (scene.walk() && scene.walk()->outcome != x86::WalkOutcome::not_present))
        return {};
    return about(*scene.cpu, "turned paging on, and its own next instruction is not mapped.");
}

// What it calls is 32-bit code, which no entry of the 64-bit table is for.
std::optional<Explanation> far_call(const Scene& scene) {
    if (!scene.enters_long_mode() || !scene.refused_to_jump() ||
        !scene.oldest->where.instruction.starts_with("call far"))
        return {};
    if (in_long_mode(*scene.registers()))
        return Explanation{
            .cause = fmt::format("CPU {} made a far call into 64-bit code, which QEMU refuses.",
                                 scene.cpu->cpu),
            .detail =
                "A processor does not compare the offset with the limit of a 64-bit segment, "
                "0 here; QEMU 7.2 does at a far call, and does not at a far jump.",
            .advice = "Take the far jump that the contract speaks of."};
    return Explanation{
        .cause = fmt::format("CPU {} made a far call before it was in long mode, and the selector "
                             "was refused.",
                             scene.cpu->cpu),
        .compare = {Register::cr0, Register::efer}};
}

std::optional<Explanation> pae_missing(const Scene& scene) {
    if (!scene.enters_long_mode() || enabled(scene).pae ||
        (!enabled(scene).lme && !enabled(scene).pg))
        return {};
    const bool lme = enabled(scene).lme;
    const std::string went = went_without(scene, lme ? "CR4.PAE" : "CR4.PAE, and without EFER.LME");
    if (went.empty())
        return {};
    return Explanation{
        .cause = went,
        .detail = lme ? bit_0_instead(scene.registers()->control.cr4.has(x86::cr4::vme), "VME",
                                      x86::cr4::pae.raw)
                      : "Without LME as well it is 32-bit paging with two levels, which takes the "
                        "8-byte entries of the PML4 for pairs of 4-byte ones.",
        .compare = {Register::cr0, Register::cr4, Register::efer}};
}

std::optional<Explanation> long_mode_missing(const Scene& scene) {
    if (!scene.enters_long_mode() || !scene.refused_to_jump() || scene.selector_error().raw != 0 ||
        enabled(scene).pae || enabled(scene).lme || enabled(scene).pg)
        return {};
    return Explanation{
        .cause = fmt::format("CPU {} jumped to 64-bit code without having entered long mode.",
                             scene.cpu->cpu),
        .compare = {Register::cr0, Register::cr4, Register::efer}};
}

// LME was set in EAX, and WRMSR wrote what lab 5's half had left there, directly before it.
std::string replaced_in_the_call(const Scene& scene) {
    constexpr std::string_view file = "long_mode.asm";
    const auto read = next_with(scene, file, "rdmsr");
    const auto set = read ? next_with(scene, file, "or ", *read) : std::nullopt;
    const auto write = set ? next_with(scene, file, "wrmsr", *set) : std::nullopt;
    const auto call = leads_into_match_bsp(scene, guest::Flow::call);
    return write && call && call->address > set->address && call->end == write->address
               ? fmt::format(
                     "Line {} calls `match_bsp_in_trampoline`, which may change EAX, EBX, "
                     "ECX and EDX: what line {} has set in EAX was gone at the WRMSR.",
                     call->line, set->line)
               : "";
}

std::optional<Explanation> lme_missing(const Scene& scene) {
    const std::string went = went_without(scene, "EFER.LME");
    if (went.empty() || !enabled(scene).pae || enabled(scene).lme)
        return {};
    const std::string replaced = replaced_in_the_call(scene);
    return Explanation{
        .cause = went,
        .detail = replaced + bit_0_instead(scene.registers()->control.efer.has(x86::efer::sce),
                                           "SCE", x86::efer::lme.raw),
        .advice = replaced.empty() ? "" : "WRMSR first; then call `match_bsp_in_trampoline`.",
        .compare = {Register::cr0, Register::efer}};
}

std::optional<Explanation> paging_missing(const Scene& scene) {
    if (!scene.enters_long_mode() || !scene.refused_to_jump() || !enabled(scene).pae ||
        !enabled(scene).lme || enabled(scene).pg)
        return {};
    return Explanation{
        .cause = fmt::format("CPU {} jumped to 64-bit code with paging still off.", scene.cpu->cpu),
        .compare = {Register::cr0, Register::efer}};
}

}  // namespace

const RuleList long_mode_rules{
    {"cr3-missing", cr3_missing},
    {"cr3-wrong", cr3_wrong},
    {"cr3-not-the-bsps", cr3_not_the_bsps},
    {"identity-map-missing", identity_map_missing},
    {"far-call", far_call},
    {"pae-missing", pae_missing},
    {"long-mode-missing", long_mode_missing},
    {"lme-missing", lme_missing},
    {"paging-missing", paging_missing},
};

}  // namespace diagnosis::rules
