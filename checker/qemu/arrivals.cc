#include "checker/qemu/arrivals.h"

#include <algorithm>

#include "checker/evidence/kernel_names.h"
#include "checker/guest/code.h"
#include "checker/guest/low_map.h"
#include "checker/qemu/gdb.h"
#include "checker/qemu/registers.h"

namespace qemu {

namespace {

constexpr unsigned most_stops_of_qemu = 2;

}  // namespace

std::optional<ArrivalPlace> arrival_place(const guest::Symbols& symbols) {
    constexpr auto code = guest::CodeSize::bits64;
    const auto range = symbols.find(evidence::kernel_names::ap_entry);
    if (!range) {
        return std::nullopt;
    }
    const auto bytes = symbols.bytes(range->address, guest::longest_instruction);
    if (!guest::disassemble(bytes, range->address, code).starts_with("nop")) {
        return std::nullopt;
    }
    return ArrivalPlace{range->address, range->address + guest::instruction_length(bytes, code)};
}

Arrivals::Arrivals(const engine::Request& request, const guest::Machine& machine,
                   ArrivalPlace place, Process& qemu)
    : request_(request), machine_(machine), place_(place), qemu_(qemu) {}

void Arrivals::begin() {
    qemu_.tell_debugger(gdb_set_breakpoint(place_.first));
    qemu_.tell_debugger(gdb_continue());
}

// False where the CPU is not at the breakpoint, whatever has stopped it.
bool Arrivals::record(unsigned cpu) {
    const auto answer =
        qemu_.ask(qmp_monitor("info registers", cpu), process::Clock::now() + engine::patience)
            .value_or("");
    const auto registers = qemu::parse_registers(answer);
    if (!registers || registers->rip != place_.first) {
        return false;
    }
    if (cpu != 0 && cpu < request_.cpus && !seen_.contains(cpu)) {
        seen_.emplace(cpu, guest::read_arrival(machine_.memory, *registers));
    }
    return true;
}

// A CPU that goes on at the breakpoint would meet it again, so it goes on behind the NOP there.
void Arrivals::look() {
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

}  // namespace qemu
