#include "checker/diagnosis/scene.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "checker/process/output.h"

namespace diagnosis {

namespace {

const Registers* registers_of(const Cpu* cpu) {
    return cpu && cpu->registers ? &*cpu->registers : nullptr;
}

// A handler has changed them since: only a CPU that died of it is as the exception found it.
const Registers* registers_before(const Exception* oldest, const Cpu* cpu, bool by_log) {
    if (oldest && oldest->registers)
        return &*oldest->registers;
    const bool untouched =
        cpu && cpu->died && (by_log || !oldest || cpu->where.address == oldest->where.address);
    return untouched ? registers_of(cpu) : nullptr;
}

// By the log, or of "int 0x50": delivered for that instruction, whatever the error code may mean.
std::optional<std::uint8_t> interrupt_of(const Exception* oldest) {
    constexpr std::string_view mnemonic = "int ";
    if (!oldest || oldest->interrupt)
        return oldest ? oldest->interrupt : std::nullopt;
    const auto number = oldest->where.instruction.starts_with(mnemonic)
                            ? process::number_after(oldest->where.instruction, "0x")
                            : std::nullopt;
    return number && (about_gate(*oldest) || oldest->cr2)
               ? std::optional{static_cast<std::uint8_t>(*number)}
               : std::nullopt;
}

}  // namespace

Scene::Scene(const lab::Lab& its_lab, const evidence::Evidence& its_evidence,
             judgement::Outcome its_outcome)
    : lab(its_lab),
      evidence(its_evidence),
      outcome(its_outcome),
      bsp(evidence::bsp(its_evidence)),
      cpu(evidence::concerned(its_evidence)),
      oldest(cpu ? evidence::oldest_exception(*cpu) : nullptr),
      chain(cpu ? evidence::chain_of(*cpu) : std::span<const evidence::Exception>{}),
      before(registers_before(oldest, cpu, its_evidence.log.has_value())),
      tables(before && (before->gdt.limit != 0 || before->idt.limit != 0) ? before : nullptr),
      interrupt(interrupt_of(oldest)),
      page(evidence::trampoline_page(its_evidence)),
      flaws(judgement::command_flaws(its_evidence)) {}

const Registers* Scene::registers() const {
    return oldest && oldest->registers ? &*oldest->registers : registers_of(cpu);
}

const Registers* Scene::bsp_registers() const {
    return evidence::bsp_registers(evidence);
}

bool Scene::at_instruction(std::string_view part) const {
    const Location* place = oldest ? &oldest->where : cpu ? &cpu->where : nullptr;
    return place && place->instruction.find(part) != std::string::npos;
}

bool Scene::in_ring_3() const {
    return before && evidence::mode_of(*before) != evidence::Mode::real &&
           (before->cs.selector & 3) == 3;
}

std::string Scene::who() const {
    if (evidence.cpus_requested == 1)
        return "The CPU";
    return cpu && (!evidence.log || evidence.log->names_cpu) ? fmt::format("CPU {}", cpu->cpu)
                                                             : "A CPU";
}

const evidence::Log& Scene::log() const {
    static const evidence::Log none;
    return evidence.log ? *evidence.log : none;
}

bool Scene::refused_to_jump() const {
    return protection_fault_in_trampoline() &&
           std::ranges::any_of(std::array{"jmp", "ret", "iret", "call"}, [&](const char* mnemonic) {
               return oldest->where.instruction.starts_with(mnemonic);
           });
}

bool Scene::lost_the_trampoline() const {
    return fetch_fault() && in_trampoline(oldest->where.address) && registers() &&
           bsp_registers() && registers()->control.cr0.has(x86::cr0::pg) &&
           in_long_mode(*registers()) && !registers()->cs.long_mode;
}

const x86::PageWalk* Scene::walk() const {
    const auto& walk = evidence.fault_walk;
    return walk && cpu && walk->cpu == cpu->cpu && walk->walk.step_count != 0 ? &walk->walk
                                                                              : nullptr;
}

bool Scene::in_seam(const Location& location) const {
    return std::ranges::any_of(lab.seam, [&](const std::string& file) {
        // Those of all labs together have their folders.
        return location.file.ends_with(lab.number == 0 ? file : lab.directory + "/" + file);
    });
}

}  // namespace diagnosis
