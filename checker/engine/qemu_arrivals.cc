#include "checker/engine/qemu_arrivals.h"

#include <algorithm>

#include "checker/engine/gdb.h"
#include "checker/evidence/disassemble.h"
#include "checker/evidence/low_map.h"
#include "checker/evidence/qemu_registers.h"

namespace engine {

namespace {

constexpr unsigned most_stops_of_qemu = 2;

}  // namespace

std::optional<ArrivalPlace> arrival_place(const evidence::Symbols& symbols) {
    constexpr auto code = evidence::CodeSize::bits64;
    const auto range = symbols.find(evidence::ap_entry);
    if (!range) {
        return std::nullopt;
    }
    const auto bytes = symbols.bytes(range->address, evidence::longest_instruction);
    if (!evidence::disassemble(bytes, range->address, code).starts_with("nop")) {
        return std::nullopt;
    }
    return ArrivalPlace{range->address, range->address + evidence::instruction_length(bytes, code)};
}

QemuArrivals::QemuArrivals(const Request& request, const evidence::Machine& machine,
                           ArrivalPlace place, QemuProcess& qemu)
    : request_(request), machine_(machine), place_(place), qemu_(qemu) {}

void QemuArrivals::begin() {
    qemu_.tell_debugger(gdb_set_breakpoint(place_.first));
    qemu_.tell_debugger(gdb_continue());
}

// False where the CPU is not at the breakpoint, whatever has stopped it.
bool QemuArrivals::record(unsigned cpu) {
    const auto answer =
        qemu_.ask(qmp_monitor("info registers", cpu), Clock::now() + patience).value_or("");
    const auto registers = evidence::parse_qemu_registers(answer);
    if (!registers || registers->rip != place_.first) {
        return false;
    }
    if (cpu != 0 && cpu < request_.cpus && !seen_.contains(cpu)) {
        seen_.emplace(cpu, evidence::read_arrival(machine_.memory, *registers));
    }
    return true;
}

// A CPU that goes on at the breakpoint would meet it again, so it goes on behind the NOP there.
void QemuArrivals::look() {
    while (const auto cpu = qemu_.take_stop()) {
        ++stops_;
        const bool is_there = record(*cpu);
        const bool is_last = seen_.size() >= std::min(evidence::watched_aps, request_.cpus - 1);
        if (!is_there || is_last || stops_ >= most_stops_of_qemu * request_.cpus) {
            qemu_.tell_debugger(gdb_remove_breakpoint(place_.first));
            qemu_.tell_debugger(gdb_continue());
        } else {
            qemu_.tell_debugger(gdb_continue_at(place_.second));
        }
    }
}

}  // namespace engine
