#include "checker/explain/autopsy.h"

#include <algorithm>

#include "checker/bochs/read.h"
#include "checker/bochs/registers.h"
#include "checker/explain/place.h"
#include "checker/guest/code.h"
#include "checker/guest/memory.h"
#include "checker/qemu/read.h"
#include "x86/exception.h"

namespace explain {

using evidence::Engine;
using evidence::Exception;
using evidence::Location;
using evidence::Registers;
using guest::Symbols;
using qemu::LoggedException;

namespace {

constexpr std::size_t shown_earlier = 4;

std::vector<Exception> exceptions_of(const std::vector<LoggedException>& logged,
                                     const Symbols& symbols) {
    const guest::NoMemory memory;
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

// Which CPU it was: the only one there is, or the one that the machine's reset found in that state.
void find_cpu(const qemu::Log& log, Autopsy& autopsy) {
    const auto found = log.found_by_reset();
    autopsy.reset_hides_it = log.has_last_reset() && found.empty();
    const bool alone = log.cpu_count() == 1;
    if (alone)
        autopsy.cpu = 0;
    if (alone && !autopsy.before && found.contains(0))
        autopsy.before = found.at(0);
    for (const auto& [number, registers] : found) {
        const bool is_it = autopsy.before && registers.rip == autopsy.before->rip &&
                           registers.rsp == autopsy.before->rsp &&
                           registers.control == autopsy.before->control &&
                           registers.idt.base == autopsy.before->idt.base;
        if (is_it && !autopsy.cpu)
            autopsy.cpu = number;
        if (!is_it)
            autopsy.others.push_back(registers);
    }
}

// Exceptions of one instruction, before the chain, each below the other on one stack.
std::optional<Recursion> recursion_in(const std::vector<LoggedException>& all,
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
    const std::size_t last = end < 2 ? 0 : end - 2;
    if (end - begin < least + 1)
        return {};
    Recursion found;
    found.count = last - begin + 1;
    found.every = exceptions_of({all[last]}, symbols).front();
    if (begin > 0 && all[begin - 1].rsp > all[begin].rsp && all[begin - 1].cpl == 0)
        found.began = exceptions_of({all[begin - 1]}, symbols).front();
    return found;
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
    if (all.size() > shown_earlier)
        all.erase(all.begin(), all.end() - shown_earlier);
    return exceptions_of(all, symbols);
}

std::vector<Exception> last_of(const bochs::Log& log) {
    std::vector<bochs::LoggedException> all;
    for (unsigned number = 0; number < log.cpu_count(); ++number)
        std::ranges::move(log.exceptions(number), std::back_inserter(all));
    std::ranges::stable_sort(all, {}, &bochs::LoggedException::ticks);
    if (all.size() > shown_earlier)
        all.erase(all.begin(), all.end() - shown_earlier);
    std::vector<Exception> last;
    std::ranges::transform(all, std::back_inserter(last), bochs::exception_of);
    return last;
}

// What the log shows of the instruction, where no file does.
void disassemble(Location& where, std::span<const std::byte> code, const Registers& registers) {
    if (where.instruction.empty() && where.address == guest::linear_rip(registers))
        where.instruction = guest::disassemble(code, where.address, guest::code_size(registers));
}

void find_place(const Symbols& symbols, Autopsy& autopsy) {
    if (autopsy.before)
        autopsy.stood_at = place(symbols, guest::linear_rip(*autopsy.before), autopsy.before);
    if (autopsy.before && !autopsy.chain.empty() && !autopsy.chain.front().error &&
        autopsy.chain.front().where.address == 0)  // QEMU does not log where, in real mode
        autopsy.chain.front().where = autopsy.stood_at;
    if (autopsy.before)
        disassemble(autopsy.stood_at, autopsy.code, *autopsy.before);
    if (autopsy.before && !autopsy.chain.empty())
        disassemble(autopsy.chain.front().where, autopsy.code, *autopsy.before);
    autopsy.after_control_register =
        autopsy.oldest() && after_control_register(symbols, autopsy.oldest()->where.address);
}

}  // namespace

Autopsy autopsy_of(const qemu::Log& log, const Symbols& symbols) {
    Autopsy autopsy;
    autopsy.engine = Engine::qemu;
    autopsy.triple_faults = log.triple_fault_count();
    autopsy.exceptions = log.exception_count();
    autopsy.cpus = log.cpu_count();
    autopsy.has_tables = true;
    const std::vector<LoggedException> all = log.exceptions();
    const std::vector<LoggedException> chain = log.fatal_chain();
    autopsy.chain = exceptions_of(chain, symbols);
    autopsy.earlier = last_of(all, chain, symbols);
    const auto dumped = std::ranges::find_if(
        chain, [](const LoggedException& each) { return each.registers.has_value(); });
    if (dumped != chain.end())
        autopsy.before = dumped->registers;
    if (!chain.empty()) {
        if (chain.front().interrupt && qemu::failed_delivery(chain.front()))
            autopsy.interrupt = chain.front().interrupt;
        autopsy.int_instruction = autopsy.interrupt && chain.front().int_instruction;
        autopsy.recursion = recursion_in(all, chain, symbols);
        if (autopsy.recursion)
            std::erase_if(autopsy.earlier, [&](const Exception& each) {
                return each.vector == autopsy.recursion->every.vector &&
                       each.where.address == autopsy.recursion->every.where.address;
            });
    }
    if (const auto other = log.found_by_interrupt())
        autopsy.others.push_back(*other);
    if (log.triple_fault())
        find_cpu(log, autopsy);
    autopsy.cut_out =
        !autopsy.before &&
        std::ranges::any_of(chain, [](const LoggedException& each) { return each.header; });
    if (const auto found = log.reset_while_running(); log.resets_alone()) {
        autopsy.resets_alone = true;
        if (!log.triple_fault() && found.size() == 1)
            autopsy.before = found.begin()->second;
    }
    if (autopsy.before)
        autopsy.code = log.undecoded(guest::linear_rip(*autopsy.before));
    find_place(symbols, autopsy);
    return autopsy;
}

Autopsy autopsy_of(const bochs::Log& log, const Symbols& symbols) {
    Autopsy autopsy;
    autopsy.engine = Engine::bochs;
    autopsy.version = log.version();
    autopsy.triple_faults = log.triple_fault_count();
    autopsy.exceptions = log.exception_count();
    autopsy.cpus = log.cpu_count();
    autopsy.cpu = log.triple_fault();
    const guest::NoMemory memory;
    for (unsigned number = 0; number < log.cpu_count(); ++number) {
        const auto dumped = bochs::parse_dump(log.dump(number));
        if (!dumped)
            continue;
        if (number == autopsy.cpu)
            autopsy.before = dumped->registers;
        else
            autopsy.others.push_back(dumped->registers);
    }
    if (!autopsy.cpu) {
        autopsy.earlier = last_of(log);
        return autopsy;
    }
    autopsy.chain = bochs::fatal_exceptions(log, {memory, symbols}, autopsy.before);
    if (autopsy.before)
        for (Exception& each : autopsy.chain)
            each.where = place(symbols, each.where.address, autopsy.before);
    if (autopsy.before) {
        autopsy.code = log.code(*autopsy.cpu, autopsy.before->rip);
        if (autopsy.code.empty())
            autopsy.code = log.code(*autopsy.cpu, guest::linear_rip(*autopsy.before));
    }
    find_place(symbols, autopsy);
    autopsy.words = log.last_words(*autopsy.cpu);
    return autopsy;
}

Autopsy autopsy_of(const Report& report, const Symbols& symbols) {
    Autopsy autopsy;
    autopsy.reporter = report.by();
    autopsy.said = report.said();
    autopsy.triple_faults = report.triple_fault() ? 1 : 0;
    autopsy.cpu = report.cpu();
    autopsy.before = report.registers();
    autopsy.has_tables = true;
    autopsy.has_efer = report.has_efer();
    autopsy.cut_out = !autopsy.before;
    autopsy.code = report.code();
    if (auto exception = report.exception()) {
        autopsy.exceptions = 1;
        exception->registers = autopsy.before;
        exception->where = place(symbols, exception->where.address, autopsy.before);
        autopsy.chain.push_back(std::move(*exception));
    }
    find_place(symbols, autopsy);
    return autopsy;
}

}  // namespace explain
