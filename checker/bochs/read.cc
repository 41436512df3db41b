#include "checker/bochs/read.h"

#include "checker/bochs/process.h"
#include "checker/bochs/registers.h"
#include "x86/exception.h"

namespace bochs {

using evidence::End;
using evidence::Exception;
using evidence::Registers;

namespace {

// A Bochs that has ended could not be asked, but has dumped the registers as it did; what it dumps
// after a reset are those of the next boot.
std::vector<std::optional<Registers>> registers_of(const Capture& capture) {
    auto all = parse_cpus(capture.registers, capture.cpus_requested);
    for (unsigned number = 0; number < all.size(); ++number)
        if (!all[number] && !capture.log.reset())
            all[number] = parse_dump(capture.log.dump(number));
    return all;
}

}  // namespace

Exception exception_of(const LoggedException& logged) {
    Exception exception;
    exception.vector = logged.vector;
    if (x86::pushes_error_code(x86::ExceptionVector{logged.vector}))
        exception.error = logged.error;
    exception.cr2 = logged.cr2;
    exception.engine_text = logged.reason;
    return exception;
}

// The CPU's registers stayed as the first of its last exceptions found them.
std::vector<Exception> fatal_exceptions(const Log& log, const guest::Machine& machine,
                                        const std::optional<Registers>& registers) {
    std::vector<Exception> exceptions;
    for (const LoggedException& logged : log.fatal_chain()) {
        exceptions.push_back(exception_of(logged));
        if (registers)
            exceptions.back().where = locate(machine, *registers, registers->rip);
        exceptions.back().registers = registers;
    }
    return exceptions;
}

evidence::Evidence read(const Capture& capture, const guest::Machine& machine) {
    const Log& log = capture.log;
    evidence::Evidence evidence =
        evidence_of(capture, evidence::Engine::bochs, registers_of(capture),
                    log.reset()          ? End::reset
                    : log.triple_fault() ? End::triple_fault
                                         : End::powered_off);
    if (evidence.end == End::engine_failed)
        return evidence;
    const engine::Numbering numbering{capture.way, capture.cpus_requested};
    if (const auto dead = log.triple_fault();
        dead && !log.reset() && *dead < evidence.cpus.size()) {
        evidence::Cpu& cpu = evidence.cpus[numbering.kernels(*dead)];
        cpu.died = true;
        cpu.exceptions = fatal_exceptions(log, machine, cpu.registers);
    }
    const auto from_log = [&](unsigned cpu, const Exception& found) {
        std::vector<Exception> known;
        for (const LoggedException& logged :
             log.chain_to(numbering.emulators(cpu), found.vector, found.error.value_or(0))) {
            known.push_back(exception_of(logged));
            known.back().where = found.where;
            known.back().registers = found.registers;
        }
        return known;
    };
    for (evidence::Cpu& cpu : evidence.cpus)
        cpu.lapic_in_memory = log.lapic_in_memory(numbering.emulators(cpu.cpu));
    evidence.managed_system = capture.way == evidence::Way::rom && log.managed_system();
    evidence.seen = {log.seen().begin(), log.seen().end()};
    for (evidence::SeenCommand& seen : evidence.seen)
        seen.time_us = *seen.time_us * 1'000'000 / ips;
    examine(machine, from_log, evidence);
    if (const auto lost = log.lost_cpu(); lost && lost->cpu < evidence.cpus.size())
        evidence.cpus[numbering.kernels(lost->cpu)].where.address = lost->physical_address;
    return evidence;
}

}  // namespace bochs
