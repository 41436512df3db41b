#include "checker/qemu/run.h"

#include <algorithm>
#include <fmt/format.h>

#include "checker/evidence/kernel_names.h"
#include "checker/guest/code.h"
#include "checker/guest/memory.h"
#include "checker/qemu/process.h"
#include "checker/qemu/registers.h"
#include "x86/control_registers.h"

namespace qemu {

namespace {

using namespace std::chrono_literals;
using evidence::End;
using evidence::Engine;
using process::Clock;

constexpr auto first_look = 300ms;  // most runs are over before it
constexpr auto between_looks = 100ms;
constexpr std::string_view all_registers = "info registers -a";

// Where APs enter C++: the first instruction there, and the second.
struct ArrivalPlace {
    std::uint64_t first = 0, second = 0;
};

// Nothing unless there is such a function and it begins with a NOP.
std::optional<ArrivalPlace> arrival_place(const guest::Symbols& symbols) {
    constexpr auto code = guest::CodeSize::bits64;
    const auto range = symbols.find(evidence::kernel_names::ap_entry);
    if (!range)
        return {};
    const auto bytes = symbols.bytes(range->address, guest::longest_instruction);
    if (!guest::disassemble(bytes, range->address, code).starts_with("nop"))
        return {};
    return ArrivalPlace{range->address, range->address + guest::instruction_length(bytes, code)};
}

// Sees the first APs as they enter C++, where a breakpoint stops the machine for as long as that
// takes. Nowhere else: until QEMU has stopped, a BSP that is not asleep goes on for a while,
// another each time.
class Arrivals {
  public:
    // For a machine that does not run yet.
    Arrivals(const engine::Request& request, const guest::Machine& machine, ArrivalPlace place,
             Process& qemu)
        : machine_(machine),
          place_(place),
          qemu_(qemu),
          seen_(request.cpus, stops_for_each_cpu, engine::Sees::entry) {
        qemu_.tell_debugger(gdb_set_breakpoint(place_.first));
    }

    // If the machine stands at the breakpoint: looks, and lets it run on. A CPU that goes on at the
    // breakpoint would meet it again, so it goes on behind the NOP there.
    void look() {
        while (const auto cpu = qemu_.take_stop()) {
            const bool is_there = record(*cpu);
            if (seen_.was_last_stop() || !is_there) {
                qemu_.tell_debugger(gdb_remove_breakpoint(place_.first));
                qemu_.tell_debugger(gdb_continue());
            } else {
                qemu_.tell_debugger(gdb_continue(place_.second));
            }
        }
    }

    const engine::Arrivals& seen() const { return seen_; }

  private:
    static constexpr unsigned stops_for_each_cpu = 2;

    // False where the CPU is not at the breakpoint, whatever has stopped it.
    bool record(unsigned cpu) {
        const auto registers = parse_registers(qemu_.monitor("info registers", cpu));
        if (!registers || registers->rip != place_.first)
            return false;
        if (machine_.seen_with(*registers).read(place_.first, 1).empty())
            return false;  // QEMU stops before the fetch, which its tables do not allow
        if (!seen_.wants(cpu))
            return true;
        seen_.add_page(cpu, machine_.memory);
        seen_.add(cpu, machine_.seen_with(*registers).arrival());
        return true;
    }

    const guest::Machine& machine_;
    ArrivalPlace place_;
    Process& qemu_;
    engine::Arrivals seen_;
};

template <class Predicate>
bool all_of(const std::string& registers, Predicate matches) {
    const auto cpus = parse_cpus(registers);
    return !cpus.empty() &&
           std::ranges::all_of(cpus, [&](const auto& cpu) { return cpu && matches(*cpu); });
}

// If every CPU has halted with interrupts off, none is left that could wake another.
bool all_halted_for_good(const std::string& registers) {
    return all_of(registers, [](const evidence::Registers& cpu) {
        return cpu.halted && !x86::Rflags{cpu.rflags}.has(x86::rflags::if_);
    });
}

// If every CPU has halted while the guest's clock stands still, no timer is left that could wake
// one: with sleep=off an idle machine goes straight on to the next.
class Idleness {
  public:
    bool is_final(const std::string& registers, std::chrono::milliseconds guest_time) {
        constexpr int enough = 5;
        const bool idle =
            guest_time == last_ && all_of(registers, [](const auto& cpu) { return cpu.halted; });
        looks_ = idle ? looks_ + 1 : 0;
        last_ = guest_time;
        return looks_ >= enough;
    }

  private:
    std::chrono::milliseconds last_{-1};
    int looks_ = 0;
};

// The guest's clock, as far as it has been followed. QEMU has no question for it, but the ACPI
// timer that its firmware puts there counts it, in 24 bits. [acpi 4.8.3.3]
class GuestClock {
  public:
    std::chrono::milliseconds read(Process& qemu) {
        constexpr std::uint64_t per_second = 3'579'545;
        constexpr std::uint64_t mask = 0xffffff;
        const std::string answer = qemu.monitor("i /w 0x608");  // "portw[0x0608] = 0x00001234"
        if (const auto now = process::number_after(answer, "= 0x")) {
            ticks_ += (*now - last_) & mask;
            last_ = *now;
        }
        return std::chrono::milliseconds{ticks_ * 1000 / per_second};
    }

  private:
    std::uint64_t last_ = 0, ticks_ = 0;
};

// Fills in why the watching is over; false while it is not.
bool is_over(const engine::Request& request, const Process& qemu, Clock::time_point limit,
             Capture& capture) {
    if (qemu.shutdown_reason()) {
        capture.end.reset();
        capture.reason = *qemu.shutdown_reason();
    } else if (!qemu.is_running()) {
        capture.error = fmt::format("QEMU ended by itself: {}", qemu.errors().trimmed());
    } else if (qemu.suspended()) {
        capture.end = End::timed_out;
    } else if (qemu.serial().total() > request.serial_limit ||
               qemu.log().exception_count() > request.exception_limit ||
               qemu.log().total() > request.log_limit) {
        capture.end = End::flooded;
    } else if (Clock::now() >= limit) {
        capture.error = "QEMU did not come to an end in time: this machine is too slow or too busy";
    } else {
        return false;
    }
    return true;
}

// Looks at APs as they arrive, and for a hang now and then.
void watch_kernel(const engine::Request& request, Clock::time_point started, Process& qemu,
                  std::optional<Arrivals>& arrivals, Capture& capture) {
    const Clock::time_point limit = started + request.host_time_limit;
    Clock::time_point next_look = started + first_look;
    GuestClock clock;
    Idleness idleness;
    while (!is_over(request, qemu, limit, capture)) {
        qemu.pump(std::min(next_look, limit));
        if (arrivals)
            arrivals->look();
        if (Clock::now() < next_look)
            continue;
        const auto guest_time = clock.read(qemu);
        const std::string registers = qemu.monitor(all_registers);
        if (!qemu.shutdown_reason() &&
            (guest_time > request.guest_time_limit ||
             qemu.processor_time() > request.processor_time_limit ||
             all_halted_for_good(registers) || idleness.is_final(registers, guest_time))) {
            capture.end = End::timed_out;
            break;
        }
        next_look = Clock::now() + between_looks;
    }
    capture.seconds = std::chrono::duration<double>(Clock::now() - started).count();
    capture.processor_seconds = std::chrono::duration<double>(qemu.processor_time()).count();
}

}  // namespace

Capture watch(const engine::Request& request, process::Descriptor memory,
              const guest::Machine& machine, process::ForkServers& servers) {
    Capture capture;
    capture.way = request.way;
    capture.second_machine = request.second_machine;
    capture.cpus_requested = request.cpus;
    const Clock::time_point started = Clock::now();
    const auto place = arrival_place(machine.symbols);
    Process qemu{request, std::move(memory), servers};
    std::optional<Arrivals> arrivals;
    // QEMU tells of no event, and so of no machine's end, before it has answered this.
    if (qemu.ask(qmp_command("qmp_capabilities")) || !qemu.is_running()) {
        if (place)
            arrivals.emplace(request, machine, *place, qemu);
        qemu.tell_debugger(gdb_continue());
        watch_kernel(request, started, qemu, arrivals, capture);
    } else {
        capture.error = "QEMU does not answer";
    }
    if (capture.end != End::engine_failed) {
        if (capture.end)
            qemu.ask(qmp_command("stop"));
        capture.registers = qemu.monitor(all_registers);
    }
    if (arrivals)
        arrivals->seen().put_into(capture);
    capture.log = qemu.log();
    capture.serial = qemu.serial().text();
    return capture;
}

evidence::Evidence run(const engine::Request& request, process::ForkServers& servers) try {
    const guest::Symbols symbols{request.kernel_elf, request.source_root, request.source_names};
    const std::size_t size = std::size_t{request.memory_mib} << 20;
    process::Descriptor memory_file = process::anonymous_memory(size);
    const process::Mapping memory{memory_file, size};
    const guest::RamFile ram{memory.bytes(), ram_below_4_gib(request.machine, size)};
    const guest::Machine machine{ram, symbols};
    return read(watch(request, std::move(memory_file), machine, servers), machine);
} catch (const process::StartError& error) {
    return failed(request, Engine::qemu,
                  fmt::format("QEMU does not start: {}{}", error.what(),
                              error.not_found ? "; apt install qemu-system-x86" : ""));
} catch (const process::NoCopy& error) {
    return failed(request, Engine::qemu,
                  fmt::format("QEMU does not start: {}; {}", error.what(), error.written.at(2)));
}

}  // namespace qemu
