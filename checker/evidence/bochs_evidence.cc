#include "checker/evidence/bochs_evidence.h"

#include <algorithm>

#include "checker/evidence/bochs_registers.h"
#include "checker/evidence/guest_memory.h"
#include "checker/evidence/numbering.h"
#include "x86/exception.h"

namespace evidence {

namespace {

End end_of(const BochsCapture& capture) {
    switch (capture.watch) {
        case BochsCapture::Watch::flooded:
            return End::flooded;
        case BochsCapture::Watch::failed:
            return End::engine_failed;
        case BochsCapture::Watch::out_of_time:
            return End::timed_out;
        case BochsCapture::Watch::stopped:
            break;
    }
    if (capture.log.triple_fault()) {
        return End::triple_fault;
    }
    return capture.log.reset() ? End::reset : End::powered_off;
}

}  // namespace

Exception exception_of(const BochsException& logged) {
    Exception exception;
    exception.vector = logged.vector;
    if (x86::pushes_error_code(x86::ExceptionVector{logged.vector})) {
        exception.error = logged.error;
    }
    exception.cr2 = logged.cr2;
    exception.engine_text = logged.reason;
    return exception;
}

// The CPU's registers stayed as the first of its last exceptions found them.
std::vector<Exception> fatal_exceptions(const BochsLog& log, const Machine& machine,
                                        const std::optional<Registers>& registers) {
    std::vector<Exception> exceptions;
    for (const BochsException& logged : log.fatal_chain()) {
        exceptions.push_back(exception_of(logged));
        if (registers) {
            exceptions.back().where = locate(machine, *registers, registers->rip);
        }
    }
    return exceptions;
}

namespace {

void add_fatal_chain(const BochsLog& log, const Machine& machine, const Numbering& numbering,
                     std::vector<Cpu>& cpus) {
    const auto apic_id = log.triple_fault();
    if (!apic_id || *apic_id >= cpus.size()) {
        return;
    }
    Cpu& dead = cpus[numbering.number_of(*apic_id)];
    dead.died = true;
    dead.exceptions = fatal_exceptions(log, machine, dead.registers);
}

FromLog from_log(const BochsLog& log, const Numbering& numbering) {
    return [&log, numbering](unsigned cpu, const Exception& found) {
        std::vector<Exception> known;
        for (const BochsException& logged :
             log.chain_to(numbering.apic_id_of(cpu), found.vector, found.error.value_or(0))) {
            known.push_back(exception_of(logged));
            known.back().where = found.where;
        }
        return known.empty() ? std::vector{found} : known;
    };
}

}  // namespace

Evidence read_bochs(const BochsCapture& capture, const Machine& machine) {
    Evidence evidence;
    evidence.engine = Engine::bochs;
    evidence.way = capture.way;
    evidence.cpus_requested = capture.cpus_requested;
    evidence.end = end_of(capture);
    evidence.serial = capture.serial;
    evidence.seconds = capture.seconds;
    evidence.engine_error = capture.error;
    if (evidence.end == End::engine_failed) {
        return evidence;
    }
    const auto shown = parse_bochs_cpus(capture.registers, capture.cpus_requested);
    const Numbering numbering{capture.way, capture.cpus_requested};
    for (unsigned number = 0; number < shown.size(); ++number) {
        Cpu& cpu = evidence.cpus.emplace_back();
        cpu.cpu = number;
        cpu.apic_id = numbering.apic_id_of(number);
        // A Bochs that has ended could not be asked, but has dumped the registers as it did.
        const auto known = shown[cpu.apic_id] ? shown[cpu.apic_id]
                                              : parse_bochs_dump(capture.log.dump(cpu.apic_id));
        if (known) {
            cpu.registers = known->registers;
        }
        if (const auto arrival = capture.arrivals.find(cpu.apic_id);
            arrival != capture.arrivals.end()) {
            cpu.arrival = arrival->second;
        }
    }
    add_fatal_chain(capture.log, machine, numbering, evidence.cpus);
    examine(machine, from_log(capture.log, numbering), evidence);
    if (const auto lost = capture.log.lost_cpu(); lost && lost->cpu < evidence.cpus.size()) {
        evidence.cpus[numbering.number_of(lost->cpu)].where.address = lost->physical_address;
    }
    return evidence;
}

}  // namespace evidence
