#include "checker/bochs/read.h"

#include <algorithm>

#include "checker/bochs/registers.h"
#include "checker/engine/numbering.h"
#include "checker/guest/memory.h"
#include "x86/exception.h"

namespace bochs {

namespace {

evidence::End end_of(const Capture& capture) {
    switch (capture.watch) {
        case Capture::Watch::flooded:
            return evidence::End::flooded;
        case Capture::Watch::failed:
            return evidence::End::engine_failed;
        case Capture::Watch::out_of_time:
            return evidence::End::timed_out;
        case Capture::Watch::stopped:
            break;
    }
    if (capture.log.triple_fault()) {
        return evidence::End::triple_fault;
    }
    return capture.log.reset() ? evidence::End::reset : evidence::End::powered_off;
}

}  // namespace

evidence::Exception exception_of(const LoggedException& logged) {
    evidence::Exception exception;
    exception.vector = logged.vector;
    if (x86::pushes_error_code(x86::ExceptionVector{logged.vector})) {
        exception.error = logged.error;
    }
    exception.cr2 = logged.cr2;
    exception.engine_text = logged.reason;
    return exception;
}

// The CPU's registers stayed as the first of its last exceptions found them.
std::vector<evidence::Exception> fatal_exceptions(
    const Log& log, const guest::Machine& machine,
    const std::optional<evidence::Registers>& registers) {
    std::vector<evidence::Exception> exceptions;
    for (const LoggedException& logged : log.fatal_chain()) {
        exceptions.push_back(exception_of(logged));
        if (registers) {
            exceptions.back().where = guest::locate(machine, *registers, registers->rip);
            exceptions.back().registers = registers;
        }
    }
    return exceptions;
}

namespace {

void add_fatal_chain(const Log& log, const guest::Machine& machine,
                     const engine::Numbering& numbering, std::vector<evidence::Cpu>& cpus) {
    const auto apic_id = log.triple_fault();
    if (!apic_id || *apic_id >= cpus.size()) {
        return;
    }
    evidence::Cpu& dead = cpus[numbering.number_of(*apic_id)];
    dead.died = true;
    dead.exceptions = fatal_exceptions(log, machine, dead.registers);
}

guest::FromLog from_log(const Log& log, const engine::Numbering& numbering) {
    return [&log, numbering](unsigned cpu, const evidence::Exception& found) {
        std::vector<evidence::Exception> known;
        for (const LoggedException& logged :
             log.chain_to(numbering.apic_id_of(cpu), found.vector, found.error.value_or(0))) {
            known.push_back(exception_of(logged));
            known.back().where = found.where;
            known.back().registers = found.registers;
        }
        return known.empty() ? std::vector{found} : known;
    };
}

}  // namespace

evidence::Evidence read(const Capture& capture, const guest::Machine& machine) {
    evidence::Evidence evidence;
    evidence.engine = evidence::Engine::bochs;
    evidence.way = capture.way;
    evidence.cpus_requested = capture.cpus_requested;
    evidence.end = end_of(capture);
    evidence.serial = capture.serial;
    evidence.seconds = capture.seconds;
    evidence.engine_error = capture.error;
    if (evidence.end == evidence::End::engine_failed) {
        return evidence;
    }
    const auto shown = parse_cpus(capture.registers, capture.cpus_requested);
    const engine::Numbering numbering{capture.way, capture.cpus_requested};
    for (unsigned number = 0; number < shown.size(); ++number) {
        evidence::Cpu& cpu = evidence.cpus.emplace_back();
        cpu.cpu = number;
        cpu.apic_id = numbering.apic_id_of(number);
        // A Bochs that has ended could not be asked, but has dumped the registers as it did.
        const auto known =
            shown[cpu.apic_id] ? shown[cpu.apic_id] : parse_dump(capture.log.dump(cpu.apic_id));
        if (known) {
            cpu.registers = known->registers;
        }
        if (const auto arrival = capture.arrivals.find(cpu.apic_id);
            arrival != capture.arrivals.end()) {
            cpu.arrival = arrival->second;
        }
    }
    add_fatal_chain(capture.log, machine, numbering, evidence.cpus);
    guest::examine(machine, from_log(capture.log, numbering), evidence);
    if (const auto lost = capture.log.lost_cpu(); lost && lost->cpu < evidence.cpus.size()) {
        evidence.cpus[numbering.number_of(lost->cpu)].where.address = lost->physical_address;
    }
    return evidence;
}

}  // namespace bochs
