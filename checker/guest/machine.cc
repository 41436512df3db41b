#include "checker/guest/machine.h"

#include <algorithm>
#include <iterator>
#include <span>

#include "checker/evidence/kernel_names.h"
#include "checker/guest/call_stack.h"
#include "checker/guest/code.h"
#include "checker/guest/kernel_memory.h"
#include "checker/guest/lock.h"
#include "checker/guest/loop.h"
#include "checker/guest/low_map.h"
#include "checker/guest/memory.h"
#include "checker/guest/named_addresses.h"
#include "x86/exception.h"

namespace guest {

namespace {

// As a trap found them: its handler has changed what the trap frame keeps, and nothing else.
evidence::Registers interrupted(evidence::Registers registers, const cpu::TrapFrame& trap) {
    registers.rip = trap.rip;
    registers.rsp = trap.rsp;
    registers.rflags = trap.rflags;
    registers.rax = trap.rax;
    registers.rbx = trap.rbx;
    registers.rcx = trap.rcx;
    registers.rdx = trap.rdx;
    registers.rsi = trap.rsi;
    registers.rdi = trap.rdi;
    registers.rbp = trap.rbp;
    registers.r8 = trap.r8;
    registers.r9 = trap.r9;
    registers.r10 = trap.r10;
    registers.r11 = trap.r11;
    registers.r12 = trap.r12;
    registers.r13 = trap.r13;
    registers.r14 = trap.r14;
    registers.r15 = trap.r15;
    registers.halted = false;
    return registers;
}

std::vector<evidence::Exception> traps_in_progress(const Machine& machine,
                                                   const evidence::Registers& registers,
                                                   const CallStack& stack) {
    std::vector<evidence::Exception> exceptions;
    for (const cpu::TrapFrame& trap : stack.traps) {
        // An NMI is how one CPU stops the others.
        if (!trap.is_exception() ||
            trap.exception() == x86::ExceptionVector::non_maskable_interrupt) {
            continue;
        }
        evidence::Exception exception;
        exception.vector = static_cast<std::uint8_t>(trap.vector);
        if (x86::pushes_error_code(trap.exception())) {
            exception.error = static_cast<std::uint32_t>(trap.error_code);
        }
        exception.where = locate(machine, registers, trap.rip);
        exception.registers = interrupted(registers, trap);
        exceptions.push_back(std::move(exception));
    }
    std::ranges::reverse(exceptions);
    return exceptions;
}

// The CALL that a function without a frame of its own was called by, or one that has not made it
// yet: the word at RSP leads to right behind one that leads to the function.
std::optional<std::uint64_t> frameless_call(const Machine& machine, const LinearMemory& memory,
                                            const evidence::Registers& registers,
                                            const evidence::Location& where) {
    const auto function = machine.symbols.find(where.symbol);
    const auto back = memory.read<std::uint64_t>(registers.rsp);
    constexpr std::size_t call_size = 5;  // CALL rel32 [sdm2 CALL]
    if (!function || !back || code_size(registers) != CodeSize::bits64) {
        return std::nullopt;
    }
    const std::uint64_t at = *back - call_size;
    const auto call = step(memory.read(at, call_size), at, CodeSize::bits64);
    return call && call->flow == Flow::call && call->target == function->address
               ? std::optional{*back - 1}
               : std::nullopt;
}

// As far as the kernel's own code goes.
std::vector<evidence::Location> callers(const Machine& machine,
                                        const evidence::Registers& registers,
                                        const evidence::Location& where, CallStack stack) {
    constexpr std::size_t most = 32;
    const LinearMemory memory{machine.memory, machine.model, registers};
    const auto direct = frameless_call(machine, memory, registers, where);
    if (direct && (stack.sites.empty() || stack.sites.front() != *direct)) {
        stack.sites.insert(stack.sites.begin(), *direct);
    }
    std::vector<evidence::Location> all;
    for (const std::uint64_t site : stack.sites) {
        evidence::Location place = machine.symbols.locate(site);
        if (place.symbol.empty() || all.size() == most) {
            break;
        }
        all.push_back(std::move(place));
    }
    return all;
}

// An AP has no number before it has a record; the panic then stands on its stack.
std::optional<unsigned> panicking(const std::vector<evidence::Cpu>& cpus) {
    const auto found = std::ranges::find_if(cpus, [](const evidence::Cpu& cpu) {
        return std::ranges::any_of(cpu.callers, [](const evidence::Location& place) {
            return place.symbol == evidence::kernel_names::panic ||
                   place.symbol == evidence::kernel_names::panic_in_trap;
        });
    });
    return found == cpus.end() ? std::nullopt : std::optional{found->cpu};
}

void find_fault_walk(const Machine& machine, evidence::Evidence& evidence) {
    const auto faulted = [](const evidence::Cpu& cpu) {
        return cpu.registers && !cpu.exceptions.empty() && cpu.exceptions.front().cr2;
    };
    auto cpu = std::ranges::find_if(evidence.cpus, [&](const evidence::Cpu& candidate) {
        return candidate.died && faulted(candidate);
    });
    if (cpu == evidence.cpus.end()) {
        cpu = std::ranges::find_if(evidence.cpus, faulted);
    }
    if (cpu != evidence.cpus.end()) {
        const LinearMemory memory{machine.memory, machine.model, *cpu->registers};
        evidence.fault_walk = {cpu->cpu, memory.walk(*cpu->exceptions.front().cr2)};
    }
}

}  // namespace

namespace {

bool same_instruction(std::span<const std::byte> now, std::span<const std::byte> linked,
                      CodeSize size) {
    const std::size_t length =
        std::max({instruction_length(now, size), instruction_length(linked, size), std::size_t{1}});
    return std::min(now.size(), linked.size()) >= length &&
           std::ranges::equal(now.first(length), linked.first(length));
}

}  // namespace

evidence::Location locate(const Machine& machine, const evidence::Registers& registers,
                          std::uint64_t rip) {
    evidence::Registers there = registers;
    there.rip = rip;
    const std::uint64_t address = linear_rip(there);
    const LinearMemory memory{machine.memory, machine.model, there};
    const std::vector<std::byte> now = memory.read(address, longest_instruction);
    const auto linked = machine.symbols.bytes(address, longest_instruction);
    // What has been overwritten, or never copied there, is no line of anybody's file.
    evidence::Location location;
    location.address = address;
    if (now.empty() || same_instruction(now, linked, code_size(there))) {
        location = machine.symbols.locate(address);
    }
    location.instruction = now.empty() ? disassemble(linked, address, code_size(there))
                                       : disassemble(now, address, code_size(there));
    return location;
}

void examine(const Machine& machine, const FromLog& from_log, evidence::Evidence& evidence) {
    const auto count = static_cast<unsigned>(evidence.cpus.size());
    const bool has_memory = !machine.memory.at(x86::PhysicalAddress{0}, 1).empty();
    const std::vector<std::string> traces =
        has_memory ? read_traces(machine.memory, machine.symbols, count)
                   : traces_on_line(evidence.serial, count);
    for (evidence::Cpu& cpu : evidence.cpus) {
        cpu.trace = traces[cpu.cpu];
        if (!cpu.registers) {
            continue;
        }
        cpu.where = locate(machine, *cpu.registers, cpu.registers->rip);
        if (has_memory) {
            cpu.low_map = low_map(machine.memory, *cpu.registers);
        }
        const CallStack stack =
            call_stack({machine.memory, machine.model, *cpu.registers}, cpu.registers->rbp);
        cpu.callers = callers(machine, *cpu.registers, cpu.where, stack);
        cpu.loop = loop_at(machine, *cpu.registers);
        std::vector<evidence::Exception> exceptions;
        for (const evidence::Exception& trap : traps_in_progress(machine, *cpu.registers, stack)) {
            std::ranges::move(from_log(cpu.cpu, trap), std::back_inserter(exceptions));
        }
        std::ranges::move(cpu.exceptions, std::back_inserter(exceptions));
        cpu.exceptions = std::move(exceptions);
    }
    const std::vector<evidence::Record> records =
        read_records(machine.memory, machine.symbols, count);
    for (std::size_t i = 0; i < records.size(); ++i) {
        evidence.cpus[i].record = records[i];
    }
    const std::vector<evidence::Handshake> handshakes =
        read_handshakes(machine.memory, machine.symbols, count);
    for (evidence::Cpu& cpu : evidence.cpus) {
        cpu.handshake = handshakes[cpu.cpu];
        if (const auto found =
                cpu.registers ? lock_awaited(machine, *cpu.registers) : std::nullopt) {
            cpu.lock = {found->lock.name, cpu_of_token(evidence.cpus, found->token)};
        }
    }
    evidence.trampoline = read_trampoline(machine.memory, machine.symbols);
    evidence.sent = read_sent(machine.memory, machine.symbols);
    if (const auto panic = read_panic(machine.memory, machine.symbols)) {
        evidence.panic_text = with_names(panic->text, machine.symbols);
        evidence.serial = with_names(evidence.serial, machine.symbols);
        evidence.panic_cpu = panic->cpu ? panic->cpu : panicking(evidence.cpus);
        evidence.end = evidence.end == evidence::End::triple_fault ? evidence::End::triple_fault
                                                                   : evidence::End::panicked;
    }
    find_fault_walk(machine, evidence);
}

}  // namespace guest
