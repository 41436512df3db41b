#include "checker/diagnosis/general.h"

#include <algorithm>

#include "checker/causes/facts.h"
#include "checker/process/output.h"

namespace diagnosis {

namespace {

// Of "int 0x50": delivered for that instruction, whatever else the error code may mean.
std::optional<std::uint8_t> software_interrupt(const evidence::Exception& exception) {
    constexpr std::string_view mnemonic = "int ";
    const auto number = exception.where.instruction.starts_with(mnemonic)
                            ? process::number_after(exception.where.instruction, "0x")
                            : std::nullopt;
    return number && (causes::about_gate(exception) || exception.cr2)
               ? std::optional{static_cast<std::uint8_t>(*number)}
               : std::nullopt;
}

causes::Autopsy autopsy_of(const Scene& scene) {
    const evidence::Cpu& cpu = *scene.cpu;
    causes::Autopsy autopsy;
    autopsy.engine = scene.evidence.engine;
    autopsy.cpu = cpu.cpu;
    autopsy.cpus = scene.evidence.cpus_requested;
    autopsy.has_memory = true;
    autopsy.chain.assign(cpu.exceptions.begin() + (scene.oldest - cpu.exceptions.data()),
                         cpu.exceptions.end());
    autopsy.stood_at = cpu.where;
    autopsy.interrupt = software_interrupt(*scene.oldest);
    // A handler has changed them since: only a CPU that died of it is as the exception found it.
    if (cpu.died && cpu.registers && cpu.where.address == scene.oldest->where.address) {
        autopsy.before = cpu.registers;
        autopsy.has_tables = cpu.registers->gdt.limit != 0;
    }
    return autopsy;
}

}  // namespace

std::string unhandled(const Scene& scene) {
    return scene.oldest ? causes::unhandled(autopsy_of(scene)) : "";
}

std::optional<causes::Cause> general_cause(const Scene& scene) {
    return scene.oldest ? causes::proven_cause(autopsy_of(scene)) : std::nullopt;
}

}  // namespace diagnosis
