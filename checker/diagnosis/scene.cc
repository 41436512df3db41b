#include "checker/diagnosis/scene.h"

#include <algorithm>

#include "trampoline/mailbox.h"

namespace diagnosis {

using evidence::Registers;
using x86::ExceptionVector;

namespace {

const Registers* registers_of(const evidence::Cpu* cpu) {
    return cpu && cpu->registers ? &*cpu->registers : nullptr;
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
      flaws(judgement::command_flaws(its_evidence)) {}

const Registers* Scene::registers() const {
    return oldest && oldest->registers ? &*oldest->registers : registers_of(cpu);
}

const Registers* Scene::bsp_registers() const {
    return registers_of(bsp);
}

bool Scene::raised(ExceptionVector vector) const {
    return oldest && oldest->vector == static_cast<std::uint8_t>(vector);
}

bool Scene::page_fault_with(x86::PageFaultError bits) const {
    return raised(ExceptionVector::page_fault) && oldest->error &&
           x86::PageFaultError{*oldest->error}.has(bits);
}

bool Scene::raised_at(ExceptionVector vector, std::string_view part_of_instruction) const {
    return raised(vector) &&
           oldest->where.instruction.find(part_of_instruction) != std::string::npos;
}

bool Scene::fetch_fault() const {
    // The I bit needs NXE or SMEP, so an early fetch is known by its address. [sdm3 4.7]
    return raised(ExceptionVector::page_fault) && oldest->cr2 == oldest->where.address;
}

bool Scene::protection_fault_in_trampoline() const {
    return raised(ExceptionVector::general_protection) && in_trampoline(oldest->where.address);
}

bool Scene::lost_the_trampoline() const {
    return fetch_fault() && in_trampoline(oldest->where.address) && registers() &&
           bsp_registers() && registers()->control.cr0.has(x86::cr0::pg) &&
           registers()->control.efer.has(x86::efer::lma) && !registers()->cs.long_mode;
}

x86::SelectorErrorCode Scene::selector_error() const {
    return {oldest ? oldest->error.value_or(0) : 0};
}

const x86::PageWalk* Scene::walk() const {
    const auto& walk = evidence.fault_walk;
    return walk && cpu && walk->cpu == cpu->cpu && walk->walk.step_count != 0 ? &walk->walk
                                                                              : nullptr;
}

bool Scene::reached(char stage) const {
    return cpu && evidence::reached(*cpu, stage);
}

bool Scene::in_seam(const evidence::Location& location) const {
    return std::ranges::any_of(lab.seam, [&](const std::string& file) {
        // Those of all labs together have their folders.
        return location.file.ends_with(lab.number == 0 ? file : lab.directory + "/" + file);
    });
}

}  // namespace diagnosis
