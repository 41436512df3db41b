#include <algorithm>

#include "checker/bochs/read.h"
#include "checker/bochs/registers.h"
#include "checker/guest/code.h"
#include "checker/guest/memory.h"
#include "checker/logs/elf_file.h"
#include "checker/logs/log.h"
#include "checker/qemu/read.h"
#include "x86/exception.h"

namespace logs {

using evidence::Cpu;
using evidence::Engine;
using evidence::Evidence;
using evidence::Exception;
using evidence::Location;
using evidence::Registers;
using guest::Symbols;
using qemu::LoggedException;

namespace {

constexpr std::size_t shown_earlier = 4;

std::vector<Exception> exceptions_of(const std::vector<LoggedException>& logged,
                                     const Symbols& symbols) {
    const guest::RamFile memory;
    std::vector<Exception> all;
    for (const LoggedException& each : logged)
        for (Exception& exception : qemu::exceptions_of({each}, {memory, symbols})) {
            exception.where =
                each.header ? place(symbols, each.linear_ip, each.registers) : evidence::Location{};
            if (!each.header || !each.has_error)
                exception.error.reset();
            // CR2 is then the second page fault's.
            if (each.met != each.delivered && exception.vector == qemu::page_fault &&
                each.registers)
                exception.cr2 = each.registers->cr2;
            all.push_back(std::move(exception));
        }
    return all;
}

Evidence of_one_cpu(Engine engine) {
    Evidence evidence;
    evidence.engine = engine;
    evidence.log.emplace();
    evidence.cpus.resize(1);
    evidence.cpus.front().died = true;
    return evidence;
}

// The same, with what either emulator's log counts.
template <class EmulatorsLog>
Evidence counted(Engine engine, const EmulatorsLog& log) {
    Evidence evidence = of_one_cpu(engine);
    evidence.cpus_requested = log.cpu_count();
    evidence.log->triple_faults = log.triple_fault_count();
    evidence.log->exceptions = log.exception_count();
    return evidence;
}

void number(Evidence& evidence, std::optional<unsigned> cpu) {
    evidence.cpus.front().cpu = cpu.value_or(0);
    evidence.log->names_cpu = cpu.has_value();
}

// Which CPU it was: the only one there is, or the one that the machine's reset found in that state.
void find_cpu(const qemu::Log& log, Evidence& evidence) {
    Cpu& cpu = evidence.cpus.front();
    const auto found = log.found_by_reset();
    evidence.log->reset_hides_it = log.has_last_reset() && found.empty();
    if (log.cpu_count() == 1) {
        number(evidence, 0);
        if (!cpu.registers && found.contains(0))
            cpu.registers = found.at(0);
    }
    for (const auto& [which, registers] : found) {
        const bool is_it = cpu.registers && registers.rip == cpu.registers->rip &&
                           registers.rsp == cpu.registers->rsp &&
                           registers.control == cpu.registers->control &&
                           registers.idt.base == cpu.registers->idt.base;
        if (is_it && !evidence.log->names_cpu)
            number(evidence, which);
        if (!is_it)
            evidence.log->others.push_back(registers);
    }
}

// Exceptions of one instruction, before the chain, each below the other on one stack.
std::optional<evidence::Recursion> recursion_in(const std::vector<LoggedException>& all,
                                                const std::vector<LoggedException>& chain,
                                                const Symbols& symbols) {
    constexpr std::size_t least = 3;
    std::size_t end = all.size();
    while (end > 0 && (all[end - 1].delivered != chain.front().delivered ||
                       all[end - 1].linear_ip != chain.front().linear_ip ||
                       all[end - 1].rsp != chain.front().rsp))
        --end;
    std::size_t begin = end == 0 ? 0 : end - 1;
    const auto nested = [&](std::size_t inner) {
        return all[inner - 1].cpl == 0 && all[inner - 1].rsp > all[inner].rsp;
    };
    // The last one may be another: it found the stack at its end.
    const auto again = [&](std::size_t inner) {
        return nested(inner) &&
               (inner + 1 == end || (all[inner - 1].linear_ip == all[inner].linear_ip &&
                                     all[inner - 1].met == all[inner].met));
    };
    while (begin > 0 && again(begin))
        --begin;
    if (end - begin < least + 1)
        return {};
    const std::size_t last = end - 2;
    evidence::Recursion found;
    found.count = last - begin + 1;
    found.every = exceptions_of({all[last]}, symbols).front();
    if (begin > 0 && nested(begin))
        found.began = exceptions_of({all[begin - 1]}, symbols).front();
    return found;
}

void keep_shown(auto& all) {
    if (all.size() > shown_earlier)
        all.erase(all.begin(), all.end() - shown_earlier);
}

std::vector<Exception> last_of(std::vector<LoggedException> all,
                               const std::vector<LoggedException>& chain, const Symbols& symbols) {
    const auto in_chain = [&](const LoggedException& each) {
        return std::ranges::any_of(chain, [&](const LoggedException& one) {
            return one.linear_ip == each.linear_ip && one.rsp == each.rsp &&
                   one.delivered == each.delivered && one.met == each.met;
        });
    };
    std::erase_if(all, in_chain);
    keep_shown(all);
    return exceptions_of(all, symbols);
}

std::vector<Exception> last_of(const bochs::Log& log) {
    std::vector<bochs::LoggedException> all;
    for (unsigned number = 0; number < log.cpu_count(); ++number)
        std::ranges::move(log.exceptions(number), std::back_inserter(all));
    std::ranges::stable_sort(all, {}, &bochs::LoggedException::ticks);
    keep_shown(all);
    std::vector<Exception> last;
    std::ranges::transform(all, std::back_inserter(last), bochs::exception_of);
    return last;
}

// Of a log that is cut off before its triple fault: what led to the last double fault, or to the
// last exception of all, where there was no IDT to take it.
std::vector<LoggedException> unfinished_chain(const qemu::Log& log) {
    const std::vector<LoggedException> all = log.exceptions();
    const auto last = std::find_if(all.rbegin(), all.rend(), [&](const LoggedException& each) {
        return each.delivered == qemu::double_fault ||
               (&each == &all.back() && each.registers && each.registers->idt.limit == 0);
    });
    return last == all.rend() ? std::vector<LoggedException>{}
                              : log.chain_to(last->delivered, last->linear_ip);
}

// What the log shows of the instruction, where no file does.
void disassemble(Location& where, std::span<const std::byte> code, const Registers& registers) {
    if (where.instruction.empty() && where.address == guest::linear_rip(registers))
        guest::read_instruction(where, code, registers);
}

void find_place(const Symbols& symbols, Evidence& evidence) {
    Cpu& cpu = evidence.cpus.front();
    Exception* oldest = cpu.exceptions.empty() ? nullptr : &cpu.exceptions.front();
    if (cpu.registers) {
        cpu.where = place(symbols, guest::linear_rip(*cpu.registers), cpu.registers);
        if (oldest && !oldest->error && oldest->where.address == 0)
            oldest->where = cpu.where;  // QEMU does not log where, in real mode
        disassemble(cpu.where, evidence.log->code, *cpu.registers);
        if (oldest)
            disassemble(oldest->where, evidence.log->code, *cpu.registers);
    }
    evidence.log->after_control_register =
        oldest && after_control_register(symbols, oldest->where.address);
}

Evidence evidence_in(const qemu::Log& log, const Symbols& symbols) {
    Evidence evidence = counted(Engine::qemu, log);
    Cpu& cpu = evidence.cpus.front();
    evidence::Log& told = *evidence.log;
    const std::vector<LoggedException> all = log.exceptions();
    const std::vector<LoggedException> chain =
        log.triple_fault() ? log.fatal_chain() : unfinished_chain(log);
    cpu.exceptions = exceptions_of(chain, symbols);
    told.earlier = last_of(all, chain, symbols);
    const auto dumped = std::ranges::find_if(
        chain, [](const LoggedException& each) { return each.registers.has_value(); });
    if (dumped != chain.end())
        cpu.registers = dumped->registers;
    if (!chain.empty()) {
        if (chain.front().interrupt && qemu::failed_delivery(chain.front())) {
            cpu.exceptions.front().interrupt = chain.front().interrupt;
            cpu.exceptions.front().int_instruction = chain.front().int_instruction;
        }
        told.recursion = recursion_in(all, chain, symbols);
        if (told.recursion)
            std::erase_if(told.earlier, [&](const Exception& each) {
                return each.vector == told.recursion->every.vector &&
                       each.where.address == told.recursion->every.where.address;
            });
    }
    if (const auto other = log.found_by_interrupt())
        told.others.push_back(*other);
    if (log.triple_fault())
        find_cpu(log, evidence);
    told.cut_out = !cpu.registers && std::ranges::any_of(chain, &LoggedException::header);
    if (log.resets_alone()) {
        const auto found = log.reset_while_running();
        told.resets_alone = true;
        if (!log.triple_fault() && found.size() == 1)
            cpu.registers = found.begin()->second;
    }
    if (cpu.registers)
        told.code = log.undecoded(guest::linear_rip(*cpu.registers));
    find_place(symbols, evidence);
    return evidence;
}

Evidence evidence_in(const bochs::Log& log, const Symbols& symbols) {
    Evidence evidence = counted(Engine::bochs, log);
    Cpu& cpu = evidence.cpus.front();
    evidence::Log& told = *evidence.log;
    told.version = log.version();
    number(evidence, log.triple_fault());
    for (unsigned each = 0; each < log.cpu_count(); ++each) {
        const auto dumped = bochs::parse_dump(log.dump(each));
        if (dumped && each == log.triple_fault())
            cpu.registers = dumped;
        else if (dumped)
            told.others.push_back(*dumped);
    }
    if (!log.triple_fault()) {
        told.earlier = last_of(log);
        return evidence;
    }
    cpu.exceptions = bochs::fatal_exceptions(log, {guest::RamFile{}, symbols}, cpu.registers);
    if (cpu.registers) {
        for (Exception& each : cpu.exceptions)
            each.where = place(symbols, each.where.address, cpu.registers);
        told.code = log.code(cpu.cpu, cpu.registers->rip);
        if (told.code.empty())
            told.code = log.code(cpu.cpu, guest::linear_rip(*cpu.registers));
    }
    find_place(symbols, evidence);
    const auto& words = log.last_words(cpu.cpu);
    told.words = {words.begin(), words.end()};
    return evidence;
}

Evidence evidence_in(const CrashReport& report, const Symbols& symbols) {
    Evidence evidence = of_one_cpu(Engine::qemu);
    Cpu& cpu = evidence.cpus.front();
    evidence::Log& told = *evidence.log;
    told.reporter = report.by();
    told.said = report.said();
    told.triple_faults = report.triple_fault() ? 1 : 0;
    number(evidence, report.cpu());
    cpu.registers = report.registers();
    told.cut_out = !cpu.registers;
    told.code = report.code();
    if (auto exception = report.exception()) {
        told.exceptions = 1;
        exception->registers = cpu.registers;
        exception->where = place(symbols, exception->where.address, cpu.registers);
        cpu.exceptions.push_back(std::move(*exception));
    }
    find_place(symbols, evidence);
    return evidence;
}

}  // namespace

Evidence evidence_of(const Log& log, const Symbols& symbols) {
    return std::visit([&](const auto& read) { return evidence_in(read, symbols); }, log);
}

}  // namespace logs
