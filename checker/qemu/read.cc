#include "checker/qemu/read.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "checker/engine/numbering.h"
#include "checker/guest/memory.h"
#include "checker/qemu/registers.h"
#include "x86/exception.h"

namespace qemu {

namespace {

evidence::End end_of(const Capture& capture) {
    switch (capture.watch) {
        case Capture::Watch::out_of_time:
            return evidence::End::timed_out;
        case Capture::Watch::flooded:
            return evidence::End::flooded;
        case Capture::Watch::failed:
            return evidence::End::engine_failed;
        case Capture::Watch::shut_down:
            break;
    }
    if (capture.reason == "guest-reset") {
        return capture.log.triple_fault() ? evidence::End::triple_fault : evidence::End::reset;
    }
    if (capture.reason == "guest-panic") {
        return evidence::End::panicked;
    }
    return capture.reason == "guest-shutdown" ? evidence::End::powered_off
                                              : evidence::End::engine_failed;
}

}  // namespace

// QEMU does not log which CPU met an exception, but the dead CPU's registers stayed as they were.
std::size_t likeness(const evidence::Registers& a, const evidence::Registers& b) {
    constexpr auto fields = std::to_array({&evidence::Registers::rip, &evidence::Registers::rsp,
                                           &evidence::Registers::rbp, &evidence::Registers::rax,
                                           &evidence::Registers::rbx, &evidence::Registers::rcx,
                                           &evidence::Registers::rdx, &evidence::Registers::rsi,
                                           &evidence::Registers::rdi, &evidence::Registers::cr2});
    const auto equal =
        std::ranges::count_if(fields, [&](const auto field) { return a.*field == b.*field; });
    return static_cast<std::size_t>(equal) + (a.control == b.control ? 1 : 0) +
           (a.gdt.base == b.gdt.base ? 1 : 0) + (a.gs.base == b.gs.base ? 1 : 0);
}

namespace {

evidence::Cpu* find_dead(std::vector<evidence::Cpu>& cpus, const evidence::Registers& dying) {
    const auto alike = [&](const evidence::Cpu& cpu) {
        return cpu.registers ? likeness(*cpu.registers, dying) : 0;
    };
    const auto dead = std::ranges::max_element(cpus, {}, alike);
    return dead == cpus.end() ? nullptr : &*dead;
}

}  // namespace

std::vector<evidence::Exception> exceptions_of(const std::vector<LoggedException>& chain,
                                               const guest::Machine& machine) {
    std::vector<evidence::Exception> exceptions;
    for (const LoggedException& logged : chain) {
        evidence::Exception exception;
        if (logged.registers) {
            exception.where = guest::locate(machine, *logged.registers, logged.registers->rip);
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
        exception.registers = logged.registers;
        exceptions.push_back(std::move(exception));
    }
    return exceptions;
}

namespace {

guest::FromLog from_log(const Log& log, const guest::Machine& machine) {
    return [&log, machine](unsigned, const evidence::Exception& found) {
        std::vector<evidence::Exception> known =
            exceptions_of(log.chain_to(found.vector, found.where.address), machine);
        return known.empty() ? std::vector{found} : known;
    };
}

}  // namespace

evidence::Evidence read(const Capture& capture, const guest::Machine& machine) {
    evidence::Evidence evidence;
    evidence.engine = evidence::Engine::qemu;
    evidence.way = capture.way;
    evidence.cpus_requested = capture.cpus_requested;
    evidence.end = end_of(capture);
    evidence.serial = capture.serial;
    evidence.seconds = capture.seconds;
    if (evidence.end == evidence::End::engine_failed) {
        evidence.engine_error = !capture.error.empty()
                                    ? capture.error
                                    : fmt::format("QEMU ended by itself ({})", capture.reason);
        return evidence;
    }
    const auto shown = parse_cpus(capture.registers);
    const engine::Numbering numbering{capture.way, static_cast<unsigned>(shown.size())};
    for (unsigned number = 0; number < shown.size(); ++number) {
        evidence::Cpu& cpu = evidence.cpus.emplace_back();
        cpu.cpu = number;
        cpu.apic_id = numbering.apic_id_of(number);
        cpu.registers = shown[cpu.apic_id];
        if (const auto arrival = capture.arrivals.find(cpu.apic_id);
            arrival != capture.arrivals.end()) {
            cpu.arrival = arrival->second;
        }
    }
    const std::vector<LoggedException> chain = capture.log.fatal_chain();
    if (evidence.end == evidence::End::triple_fault && !chain.empty() && chain.back().registers) {
        if (evidence::Cpu* dead = find_dead(evidence.cpus, *chain.back().registers)) {
            dead->died = true;
            dead->exceptions = exceptions_of(chain, machine);
        }
    }
    guest::examine(machine, from_log(capture.log, machine), evidence);
    return evidence;
}

}  // namespace qemu
