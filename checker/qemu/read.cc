#include "checker/qemu/read.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "checker/qemu/registers.h"
#include "x86/exception.h"

namespace qemu {

namespace {

using evidence::Cpu;
using evidence::End;
using evidence::Exception;
using evidence::Registers;

End end_of(const Capture& capture) {
    if (capture.reason == "guest-reset")
        return capture.log.triple_fault() ? End::triple_fault : End::reset;
    if (capture.reason == "guest-panic")
        return End::panicked;
    return capture.reason == "guest-shutdown" ? End::powered_off : End::engine_failed;
}

// How many of the registers that tell CPUs apart are equal.
std::size_t likeness(const Registers& a, const Registers& b) {
    constexpr auto fields = std::to_array(
        {&Registers::rip, &Registers::rsp, &Registers::rbp, &Registers::rax, &Registers::rbx,
         &Registers::rcx, &Registers::rdx, &Registers::rsi, &Registers::rdi, &Registers::cr2});
    const auto equal =
        std::ranges::count_if(fields, [&](const auto field) { return a.*field == b.*field; });
    return static_cast<std::size_t>(equal) + (a.control == b.control ? 1 : 0) +
           (a.gdt.base == b.gdt.base ? 1 : 0) + (a.gs.base == b.gs.base ? 1 : 0);
}

// QEMU does not log which CPU met an exception, but the dead CPU's registers stayed as they were.
Cpu* find_dead(std::vector<Cpu>& cpus, const Registers& dying) {
    const auto dead = std::ranges::max_element(cpus, {}, [&](const Cpu& cpu) {
        return cpu.registers ? likeness(*cpu.registers, dying) : 0;
    });
    return dead == cpus.end() ? nullptr : &*dead;
}

}  // namespace

std::vector<Exception> exceptions_of(const std::vector<LoggedException>& chain,
                                     const guest::Machine& machine) {
    std::vector<Exception> exceptions;
    for (const LoggedException& logged : chain) {
        Exception exception;
        exception.where = logged.registers
                              ? locate(machine, *logged.registers, logged.registers->rip)
                              : machine.symbols.locate(logged.linear_ip);
        if (logged.met != logged.delivered) {  // two made a double fault: this is the second
            exception.vector = logged.met;
            exceptions.push_back(exception);
        }
        exception.vector = logged.delivered;
        if (x86::pushes_error_code(x86::ExceptionVector{logged.delivered}))
            exception.error = logged.error;
        exception.cr2 = logged.cr2;
        exception.registers = logged.registers;
        exceptions.push_back(std::move(exception));
    }
    return exceptions;
}

evidence::Evidence read(const Capture& capture, const guest::Machine& machine) {
    evidence::Evidence evidence = evidence_of(capture, evidence::Engine::qemu,
                                              parse_cpus(capture.registers), end_of(capture));
    // Else it would look as if the kernel had not come to its end.
    if (evidence.end == End::powered_off && evidence.cpus.size() < capture.cpus_requested) {
        evidence.end = End::engine_failed;
        evidence.engine_error =
            "QEMU did not tell of its CPUs: this machine is too slow or too busy";
    }
    if (evidence.end == End::engine_failed) {
        if (evidence.engine_error.empty())
            evidence.engine_error = fmt::format("QEMU ended by itself ({})", capture.reason);
        return evidence;
    }
    const std::vector<LoggedException> chain = capture.log.fatal_chain();
    if (evidence.end == End::triple_fault && !chain.empty() && chain.back().registers)
        if (Cpu* dead = find_dead(evidence.cpus, *chain.back().registers)) {
            dead->died = true;
            dead->exceptions = exceptions_of(chain, machine);
        }
    const auto from_log = [&](unsigned, const Exception& found) {
        return exceptions_of(capture.log.chain_to(found.vector, found.where.address), machine);
    };
    const Lapics& lapics = capture.log.lapics();
    evidence.seen = {lapics.commands().begin(), lapics.commands().end()};
    evidence.asked_lapics = lapics.asked();
    evidence.lapic_ids_given = lapics.told();
    evidence.managed_system = capture.way == evidence::Way::rom && capture.log.managed_system();
    examine(machine, from_log, evidence);
    return evidence;
}

}  // namespace qemu
