#include "checker/guest/machine.h"

#include <algorithm>
#include <iterator>
#include <regex>
#include <span>

#include "checker/evidence/kernel_names.h"
#include "checker/evidence/questions.h"
#include "checker/guest/activity.h"
#include "checker/guest/code.h"
#include "checker/guest/kernel_memory.h"
#include "memory/layout.h"
#include "x86/exception.h"

namespace guest {

namespace {

using evidence::Cpu;
using evidence::End;
using evidence::Evidence;
using evidence::Exception;
using evidence::Location;
using evidence::Registers;

bool same_instruction(std::span<const std::byte> now, std::span<const std::byte> linked,
                      CodeSize size) {
    const std::size_t length =
        std::max({instruction_length(now, size), instruction_length(linked, size), std::size_t{1}});
    return std::min(now.size(), linked.size()) >= length &&
           std::ranges::equal(now.first(length), linked.first(length));
}

// As a trap found them: its handler has changed what the trap frame keeps, and nothing else.
Registers interrupted(Registers registers, const cpu::TrapFrame& trap) {
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

// The traps that a CPU has not returned from, oldest first. A stack that was written by hand may
// seem to have any number.
std::vector<Exception> traps_in_progress(const Machine& machine, const Registers& registers,
                                         const CallStack& stack) {
    constexpr std::size_t most = 64;
    std::vector<Exception> exceptions;
    for (auto found = stack.traps.rbegin(); found != stack.traps.rend() && exceptions.size() < most;
         ++found) {
        const cpu::TrapFrame& trap = *found;
        // An NMI is how one CPU stops the others.
        if (!trap.is_exception() ||
            trap.exception() == x86::ExceptionVector::non_maskable_interrupt)
            continue;
        Exception exception;
        exception.vector = static_cast<std::uint8_t>(trap.vector);
        if (x86::pushes_error_code(trap.exception()))
            exception.error = static_cast<std::uint32_t>(trap.error_code);
        exception.registers = interrupted(registers, trap);
        exception.where = locate(machine, *exception.registers, trap.rip);
        exceptions.push_back(std::move(exception));
    }
    return exceptions;
}

// The instruction that a CPU is at. One that has halted has its HLT behind it.
std::uint64_t rip_of(const Machine& machine, const Registers& registers) {
    constexpr std::byte hlt{0xf4};
    const auto before = machine.seen_with(registers).read(linear_rip(registers) - 1, 1);
    const bool at_hlt = registers.halted && !before.empty() && before.front() == hlt;
    return at_hlt ? registers.rip - 1 : registers.rip;
}

void examine_cpu(const Machine& machine, const FromLog& from_log, const std::vector<Cpu>& all,
                 Cpu& cpu) {
    const Registers& registers = *cpu.registers;
    cpu.where = locate(machine, registers, rip_of(machine, registers));
    const CallStack stack = call_stack(machine.seen_with(registers), registers.rbp);
    cpu.callers = callers(machine, registers, cpu.where, stack);
    cpu.loop = loop_at(machine, registers);
    cpu.lock = lock_awaited(machine, registers, all);
    std::vector<Exception> exceptions;
    for (const Exception& trap : traps_in_progress(machine, registers, stack)) {
        const std::vector<Exception> known = from_log(cpu.cpu, trap);
        std::ranges::copy(known.empty() ? std::vector{trap} : known,
                          std::back_inserter(exceptions));
    }
    std::ranges::move(cpu.exceptions, std::back_inserter(exceptions));
    cpu.exceptions = std::move(exceptions);
}

// An AP has no number before it has a record; the panic then stands on its stack.
std::optional<unsigned> panicking(const std::vector<Cpu>& cpus) {
    const auto found = std::ranges::find_if(cpus, [](const Cpu& cpu) {
        return is_below(cpu, evidence::kernel_names::panic) ||
               is_below(cpu, evidence::kernel_names::panic_in_trap);
    });
    return found == cpus.end() ? std::nullopt : std::optional{found->cpu};
}

void find_fault_walk(const Machine& machine, Evidence& evidence) {
    // By four levels, which is what a CPU with PAE in long mode walks.
    const auto faulted = [](const Cpu& cpu) {
        return cpu.registers && cpu.registers->control.cr4.has(x86::cr4::pae) &&
               cpu.registers->control.efer.has(x86::efer::lma) && !cpu.exceptions.empty() &&
               cpu.exceptions.front().cr2;
    };
    auto cpu = std::ranges::find_if(
        evidence.cpus, [&](const Cpu& candidate) { return candidate.died && faulted(candidate); });
    if (cpu == evidence.cpus.end())
        cpu = std::ranges::find_if(evidence.cpus, faulted);
    if (cpu != evidence.cpus.end())
        evidence.fault_walk = {
            cpu->cpu, machine.seen_with(*cpu->registers).walk(*cpu->exceptions.front().cr2)};
}

// Lab 1's tables lie in frames that it was given; or in the kernel, as a variable does.
void forget_owned(const std::vector<std::uint64_t>& given, std::vector<std::uint64_t>& tables) {
    constexpr std::uint64_t kernel_begins = 0x100000;  // by kernel.ld
    std::erase_if(tables, [&](std::uint64_t table) {
        return given.empty() || std::ranges::count(given, table) != 0 ||
               (table >= kernel_begins && table < memory::low_memory_size);
    });
}

}  // namespace

Location locate(const Machine& machine, const Registers& registers, std::uint64_t rip) {
    Registers there = registers;
    there.rip = rip;
    const std::uint64_t address = linear_rip(there);
    const LinearMemory memory = machine.seen_with(there);
    const std::vector<std::byte> now = memory.read(address, longest_instruction);
    const auto linked = machine.symbols.bytes(address, longest_instruction);
    // What has been overwritten, or never copied there, is no line of anybody's file. Nor is what
    // its tables lead to where there is no memory.
    Location location;
    location.address = address;
    if (now.empty() && memory.walk(address).outcome == x86::WalkOutcome::mapped)
        return location;
    if (now.empty() || same_instruction(now, linked, code_size(there)))
        location = machine.symbols.locate(address);
    read_instruction(location, now.empty() ? linked : now, there);
    return location;
}

void examine(const Machine& machine, const FromLog& from_log, Evidence& evidence) {
    const auto count = static_cast<unsigned>(evidence.cpus.size());
    const KernelMemory kernel{machine.memory, machine.symbols, count};
    const bool has_memory = !machine.memory.at(x86::PhysicalAddress{0}, 1).empty();
    const auto traces = has_memory ? kernel.traces() : traces_on_line(evidence.serial, count);
    const auto records = kernel.records();
    const auto handshakes = kernel.handshakes();
    evidence.trampoline = kernel.trampoline();
    for (Cpu& cpu : evidence.cpus) {
        cpu.trace = traces[cpu.cpu];
        cpu.handshake = handshakes[cpu.cpu];
        if (!records.empty())
            cpu.record = records[cpu.cpu];
        if (cpu.registers && has_memory)
            cpu.low_map = machine.seen_with(*cpu.registers).low_map();
        if (const auto found = found_page(evidence, cpu); found && cpu.arrival)
            cpu.arrival->mailbox = mailbox_in(*found);
        if (cpu.registers)
            examine_cpu(machine, from_log, evidence.cpus, cpu);
    }
    std::optional<LinearMemory> bsps;
    if (const Registers* boot = bsp_registers(evidence)) {
        bsps.emplace(machine.seen_with(*boot));
        evidence.root_entries = bsps->root_entries();
        if (evidence.end == End::powered_off && !kernel.panic() &&
            boot->control.efer.has(x86::efer::nxe))
            evidence.laid_open = kernel.laid_open(*bsps, labs_are_done(evidence));
        evidence.direct_map = bsps->walk((memory::direct_map_base + trampoline::page_address).raw);
    }
    evidence.overwritten = kernel.overwritten(bsps ? &*bsps : nullptr);
    evidence.low_map_frames = kernel.low_map_frames();
    const auto given = kernel.low_map_frames(true).value_or(std::vector<std::uint64_t>{});
    for (Cpu& cpu : evidence.cpus) {
        if (cpu.arrival)
            forget_owned(given, cpu.arrival->low_map.tables);
        if (cpu.low_map)
            forget_owned(given, cpu.low_map->tables);
    }
    evidence.sent = kernel.sent();
    evidence.message = kernel.message();
    if (const auto panic = kernel.panic()) {
        evidence.panic_text =
            renamed(with_names(panic->text, machine.symbols), machine.symbols.names());
        evidence.serial = with_names(evidence.serial, machine.symbols);
        evidence.panic_cpu = panic->cpu ? panic->cpu : panicking(evidence.cpus);
        evidence.end = evidence.end == End::triple_fault ? End::triple_fault : End::panicked;
    }
    find_fault_walk(machine, evidence);
}

std::string with_names(std::string_view text, const Symbols& symbols) {
    // An instruction, or where a call will return to; but none that has a name behind it.
    static const std::regex place{"( at |rip |called from )0x([0-9a-f]{16})(?! [!-~])"};
    std::string named;
    std::cmatch found;
    while (std::regex_search(text.begin(), text.end(), found, place)) {
        named += found.prefix();
        named += found.str();
        const std::uint64_t address = std::stoull(found.str(2), nullptr, 16);
        if (const std::string name = symbols.name_at(address, found.str(1) == "called from ");
            !name.empty())
            named += " " + name;
        text.remove_prefix(static_cast<std::size_t>(found.position() + found.length()));
    }
    return named.append(text);
}

}  // namespace guest
