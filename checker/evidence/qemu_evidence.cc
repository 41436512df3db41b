#include "checker/evidence/qemu_evidence.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "checker/evidence/guest_memory.h"
#include "checker/evidence/numbering.h"
#include "checker/evidence/qemu_registers.h"
#include "x86/exception.h"

namespace evidence {

namespace {

End end_of(const QemuCapture& capture) {
    switch (capture.watch) {
        case QemuCapture::Watch::out_of_time:
            return End::timed_out;
        case QemuCapture::Watch::flooded:
            return End::flooded;
        case QemuCapture::Watch::failed:
            return End::engine_failed;
        case QemuCapture::Watch::shut_down:
            break;
    }
    if (capture.reason == "guest-reset") {
        return capture.log.triple_fault() ? End::triple_fault : End::reset;
    }
    if (capture.reason == "guest-panic") {
        return End::panicked;
    }
    return capture.reason == "guest-shutdown" ? End::powered_off : End::engine_failed;
}

}  // namespace

// QEMU does not log which CPU met an exception, but the dead CPU's registers stayed as they were.
std::size_t likeness(const Registers& a, const Registers& b) {
    constexpr auto fields = std::to_array(
        {&Registers::rip, &Registers::rsp, &Registers::rbp, &Registers::rax, &Registers::rbx,
         &Registers::rcx, &Registers::rdx, &Registers::rsi, &Registers::rdi, &Registers::cr2});
    const auto equal =
        std::ranges::count_if(fields, [&](const auto field) { return a.*field == b.*field; });
    return static_cast<std::size_t>(equal) + (a.control == b.control ? 1 : 0) +
           (a.gdt.base == b.gdt.base ? 1 : 0) + (a.gs.base == b.gs.base ? 1 : 0);
}

namespace {

Cpu* find_dead(std::vector<Cpu>& cpus, const Registers& dying) {
    const auto alike = [&](const Cpu& cpu) {
        return cpu.registers ? likeness(*cpu.registers, dying) : 0;
    };
    const auto dead = std::ranges::max_element(cpus, {}, alike);
    return dead == cpus.end() ? nullptr : &*dead;
}

}  // namespace

std::vector<Exception> exceptions_of(const std::vector<LoggedException>& chain,
                                     const Machine& machine) {
    std::vector<Exception> exceptions;
    for (const LoggedException& logged : chain) {
        Exception exception;
        if (logged.registers) {
            exception.where = locate(machine, *logged.registers, logged.registers->rip);
        } else {
            exception.where = machine.symbols.locate(logged.linear_ip);
        }
        if (logged.met != logged.delivered) {  // two made a double fault: this is the second
            exception.vector = logged.met;
            exceptions.push_back(exception);
        }
        exception.vector = logged.delivered;
        if (x86::pushes_error_code(x86::ExceptionVector{logged.delivered})) {
            exception.error = logged.error;
        }
        exception.cr2 = logged.cr2;
        exceptions.push_back(std::move(exception));
    }
    return exceptions;
}

namespace {

FromLog from_log(const QemuLog& log, const Machine& machine) {
    return [&log, machine](unsigned, const Exception& found) {
        std::vector<Exception> known =
            exceptions_of(log.chain_to(found.vector, found.where.address), machine);
        return known.empty() ? std::vector{found} : known;
    };
}

}  // namespace

Evidence read_qemu(const QemuCapture& capture, const Machine& machine) {
    Evidence evidence;
    evidence.engine = Engine::qemu;
    evidence.way = capture.way;
    evidence.cpus_requested = capture.cpus_requested;
    evidence.end = end_of(capture);
    evidence.serial = capture.serial;
    evidence.seconds = capture.seconds;
    if (evidence.end == End::engine_failed) {
        evidence.engine_error = !capture.error.empty()
                                    ? capture.error
                                    : fmt::format("QEMU ended by itself ({})", capture.reason);
        return evidence;
    }
    const auto shown = parse_qemu_cpus(capture.registers);
    const Numbering numbering{capture.way, static_cast<unsigned>(shown.size())};
    for (unsigned number = 0; number < shown.size(); ++number) {
        Cpu& cpu = evidence.cpus.emplace_back();
        cpu.cpu = number;
        cpu.apic_id = numbering.apic_id_of(number);
        cpu.registers = shown[cpu.apic_id];
        if (const auto arrival = capture.arrivals.find(cpu.apic_id);
            arrival != capture.arrivals.end()) {
            cpu.arrival = arrival->second;
        }
    }
    const std::vector<LoggedException> chain = capture.log.fatal_chain();
    if (evidence.end == End::triple_fault && !chain.empty() && chain.back().registers) {
        if (Cpu* dead = find_dead(evidence.cpus, *chain.back().registers)) {
            dead->died = true;
            dead->exceptions = exceptions_of(chain, machine);
        }
    }
    examine(machine, from_log(capture.log, machine), evidence);
    return evidence;
}

}  // namespace evidence
