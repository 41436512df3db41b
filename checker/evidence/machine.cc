#include "checker/evidence/machine.h"

#include <algorithm>
#include <iterator>

#include "checker/evidence/disassemble.h"
#include "checker/evidence/guest_memory.h"
#include "checker/evidence/kernel_memory.h"
#include "checker/evidence/low_map.h"
#include "checker/evidence/unfinished_traps.h"
#include "x86/exception.h"

namespace evidence {

namespace {

std::vector<Exception> traps_in_progress(const Machine& machine, const Registers& registers) {
    std::vector<Exception> exceptions;
    const LinearMemory memory{machine.memory, machine.model, registers};
    for (const cpu::TrapFrame& trap : unfinished_traps(memory, registers.rbp)) {
        // An NMI is how one CPU stops the others.
        if (!trap.is_exception() ||
            trap.exception() == x86::ExceptionVector::non_maskable_interrupt) {
            continue;
        }
        Exception exception;
        exception.vector = static_cast<std::uint8_t>(trap.vector);
        if (x86::pushes_error_code(trap.exception())) {
            exception.error = static_cast<std::uint32_t>(trap.error_code);
        }
        exception.where = locate(machine, registers, trap.rip);
        exceptions.push_back(std::move(exception));
    }
    std::ranges::reverse(exceptions);
    return exceptions;
}

void find_fault_walk(const Machine& machine, Evidence& evidence) {
    const auto faulted = [](const Cpu& cpu) {
        return cpu.registers && !cpu.exceptions.empty() && cpu.exceptions.front().cr2;
    };
    auto cpu = std::ranges::find_if(
        evidence.cpus, [&](const Cpu& candidate) { return candidate.died && faulted(candidate); });
    if (cpu == evidence.cpus.end()) {
        cpu = std::ranges::find_if(evidence.cpus, faulted);
    }
    if (cpu != evidence.cpus.end()) {
        const LinearMemory memory{machine.memory, machine.model, *cpu->registers};
        evidence.fault_walk = {cpu->cpu, memory.walk(*cpu->exceptions.front().cr2)};
    }
}

}  // namespace

Location locate(const Machine& machine, const Registers& registers, std::uint64_t rip) {
    Registers there = registers;
    there.rip = rip;
    const std::uint64_t address = linear_rip(there);
    Location location = machine.symbols.locate(address);
    const LinearMemory memory{machine.memory, machine.model, there};
    const std::vector<std::byte> now = memory.read(address, longest_instruction);
    location.instruction = now.empty()
                               ? disassemble(machine.symbols.bytes(address, longest_instruction),
                                             address, code_size(there))
                               : disassemble(now, address, code_size(there));
    return location;
}

void examine(const Machine& machine, const FromLog& from_log, Evidence& evidence) {
    const auto count = static_cast<unsigned>(evidence.cpus.size());
    const bool has_memory = !machine.memory.at(x86::PhysicalAddress{0}, 1).empty();
    const std::vector<std::string> traces =
        has_memory ? read_traces(machine.memory, machine.symbols, count)
                   : traces_on_line(evidence.serial, count);
    for (Cpu& cpu : evidence.cpus) {
        cpu.trace = traces[cpu.cpu];
        if (!cpu.registers) {
            continue;
        }
        cpu.where = locate(machine, *cpu.registers, cpu.registers->rip);
        if (has_memory) {
            cpu.low_map = low_map(machine.memory, *cpu.registers);
        }
        std::vector<Exception> exceptions;
        for (const Exception& trap : traps_in_progress(machine, *cpu.registers)) {
            std::ranges::move(from_log(cpu.cpu, trap), std::back_inserter(exceptions));
        }
        std::ranges::move(cpu.exceptions, std::back_inserter(exceptions));
        cpu.exceptions = std::move(exceptions);
    }
    const std::vector<Record> records = read_records(machine.memory, machine.symbols, count);
    for (std::size_t i = 0; i < records.size(); ++i) {
        evidence.cpus[i].record = records[i];
    }
    evidence.trampoline = read_trampoline(machine.memory, machine.symbols);
    evidence.sent = read_sent(machine.memory, machine.symbols);
    if (const auto panic = read_panic(machine.memory, machine.symbols)) {
        evidence.panic_text = panic->text;
        evidence.end = evidence.end == End::triple_fault ? End::triple_fault : End::panicked;
    }
    find_fault_walk(machine, evidence);
}

}  // namespace evidence
