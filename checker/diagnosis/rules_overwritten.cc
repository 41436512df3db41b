#include <algorithm>
#include <fmt/format.h>

#include "checker/diagnosis/rules.h"
#include "x86/msr.h"

namespace diagnosis {

namespace {

using Register = judgement::ControlFlag::Register;
using x86::Efer;
using x86::ExceptionVector;

constexpr unsigned this_lab = 5;
constexpr std::string_view read_or_write =
    "Read the register, OR in the bits that are wanted, write it back.";

bool is_efer(std::uint64_t rcx) {
    return static_cast<std::uint32_t>(rcx) == static_cast<std::uint32_t>(x86::Msr::efer);
}

// What a WRMSR would have written.
Efer value_of_wrmsr(const evidence::Registers& registers) {
    return Efer{registers.rdx << 32 | (registers.rax & 0xffffffff)};
}

bool wrmsr_of_efer_refused(const Scene& scene) {
    return scene.raised_at(ExceptionVector::general_protection, "wrmsr") && scene.registers() &&
           is_efer(scene.registers()->rcx);
}

// An AP without LME though the code around lab 5's seam set it before it called the seam.
const evidence::Cpu* ap_that_lost_lme(const Scene& scene) {
    const auto& cpus = scene.evidence.cpus;
    const auto found = std::ranges::find_if(cpus, [](const evidence::Cpu& cpu) {
        return cpu.cpu != 0 && cpu.registers && judgement::reached(cpu, 'a') &&
               !cpu.registers->control.efer.has(x86::efer::lme);
    });
    return scene.lab.number != this_lab || found == cpus.end() ? nullptr : &*found;
}

}  // namespace

std::optional<Explanation> efer_overwritten(const Scene& scene) {
    const bool refused = wrmsr_of_efer_refused(scene) && scene.reached('R') &&
                         !value_of_wrmsr(*scene.registers()).has(x86::efer::lme);
    const evidence::Cpu* cpu = refused ? scene.cpu : ap_that_lost_lme(scene);
    if (!cpu)
        return {};
    return Explanation{
        refused
            ? fmt::format("CPU {} tried to write an EFER without LME while paging is on.", cpu->cpu)
            : fmt::format("CPU {} lost EFER.LME: EFER was written without it.", cpu->cpu),
        "LME was set before. Without it paging means 32-bit PAE tables instead of long mode, and "
        "while paging is on a processor refuses to change it.",
        std::string{read_or_write},
        {Register::efer},
        cpu->cpu};
}

std::optional<Explanation> efer_reserved_bits(const Scene& scene) {
    if (!wrmsr_of_efer_refused(scene))
        return {};
    Efer known{};
    for (const auto& named : x86::efer_names)
        known |= named.flag;
    const Efer strange = value_of_wrmsr(*scene.registers()) & ~known;
    if (strange.raw == 0)
        return {};
    return Explanation{
        fmt::format("CPU {} tried to write EFER with reserved bits set: {:#x}.", scene.cpu->cpu,
                    strange.raw),
        "WRMSR takes EDX:EAX. A value left in EDX, or a bit counted wrong, ends in #GP(0).",
        fmt::format("{} NXE is bit 11.", read_or_write),
        {Register::efer}};
}

std::optional<Explanation> wrong_msr(const Scene& scene) {
    const bool at_msr = scene.raised_at(ExceptionVector::general_protection, "wrmsr") ||
                        scene.raised_at(ExceptionVector::general_protection, "rdmsr");
    if (!at_msr || !scene.registers() || is_efer(scene.registers()->rcx) ||
        !scene.in_seam(scene.oldest->where))
        return {};
    return Explanation{
        fmt::format("CPU {} named MSR {:#x} in ECX, which this processor refuses.", scene.cpu->cpu,
                    scene.registers()->rcx & 0xffffffff),
        "RDMSR and WRMSR take the number of the register from ECX. EFER is 0xc0000080.",
        "Load ECX before the instruction, and check what changed it in between.",
        {}};
}

std::optional<Explanation> cr0_overwritten(const Scene& scene) {
    if (!scene.registers() || !scene.reached('R'))
        return {};
    const bool refused = scene.raised_at(ExceptionVector::general_protection, "mov cr0") &&
                         scene.in_seam(scene.oldest->where);
    const bool lost = !scene.registers()->control.cr0.has(x86::cr0::pg);
    if (!refused && !lost)
        return {};
    return Explanation{
        refused
            ? fmt::format("CPU {} tried to write a CR0 that the processor refuses in 64-bit code.",
                          scene.cpu->cpu)
            : fmt::format("CPU {} switched its paging off: CR0 was written without PG.",
                          scene.cpu->cpu),
        "CR0 holds PE and PG, which keep the CPU in long mode. Written without them it is refused, "
        "or the next instruction is fetched without page tables, from somewhere else.",
        std::string{read_or_write},
        {Register::cr0}};
}

}  // namespace diagnosis
