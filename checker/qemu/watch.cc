#include "checker/qemu/watch.h"

#include <algorithm>
#include <fmt/format.h>

#include "checker/process/text.h"
#include "checker/qemu/arrivals.h"
#include "checker/qemu/process.h"
#include "checker/qemu/registers.h"
#include "x86/control_registers.h"

namespace qemu {

namespace {

using namespace std::chrono_literals;
using qemu::Capture;

constexpr auto first_look = 300ms;  // most runs are over before it
constexpr auto between_looks = 100ms;
constexpr std::string_view all_registers = "info registers -a";

template <class Predicate>
bool all_of(const std::string& registers, Predicate matches) {
    const auto cpus = qemu::parse_cpus(registers);
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
        constexpr std::string_view read_timer = "i /w 0x608";  // "portw[0x0608] = 0x00001234"
        constexpr std::uint64_t per_second = 3'579'545;
        constexpr std::uint64_t mask = 0xffffff;
        const auto answer =
            qemu.ask(qmp_monitor(read_timer), process::Clock::now() + engine::patience);
        if (const auto now = process::number_after(answer.value_or(""), "= 0x")) {
            ticks_ += (*now - last_) & mask;
            last_ = *now;
        }
        return std::chrono::milliseconds{ticks_ * 1000 / per_second};
    }

  private:
    std::uint64_t last_ = 0, ticks_ = 0;
};

// Fills in why the watching is over; false while it is not.
bool is_over(const engine::Request& request, const Process& qemu, process::Clock::time_point limit,
             Capture& capture) {
    if (qemu.qmp().shutdown_reason()) {
        capture.watch = Capture::Watch::shut_down;
        capture.reason = *qemu.qmp().shutdown_reason();
    } else if (!qemu.is_running()) {
        capture.watch = Capture::Watch::failed;
        capture.error = fmt::format("QEMU ended by itself: {}", qemu.errors().trimmed());
    } else if (qemu.serial().total() > request.serial_limit ||
               qemu.log().exception_count() > request.exception_limit) {
        capture.watch = Capture::Watch::flooded;
    } else if (process::Clock::now() >= limit) {
        capture.watch = Capture::Watch::failed;
        capture.error = "QEMU did not come to an end in time: this machine is too slow or too busy";
    } else {
        return false;
    }
    return true;
}

// Looks at APs as they arrive, and for a hang now and then.
void watch(const engine::Request& request, process::Clock::time_point started, Process& qemu,
           std::optional<Arrivals>& arrivals, Capture& capture) {
    const process::Clock::time_point limit = started + request.host_time_limit;
    process::Clock::time_point next_look = started + first_look;
    GuestClock clock;
    Idleness idleness;
    while (!is_over(request, qemu, limit, capture)) {
        qemu.pump(std::min(next_look, limit));
        if (arrivals) {
            arrivals->look();
        }
        if (process::Clock::now() < next_look) {
            continue;
        }
        const auto guest_time = clock.read(qemu);
        const auto registers =
            qemu.ask(qmp_monitor(all_registers), process::Clock::now() + engine::patience);
        if (!qemu.qmp().shutdown_reason() &&
            (guest_time > request.guest_time_limit ||
             qemu.processor_time() > request.processor_time_limit ||
             all_halted_for_good(registers.value_or("")) ||
             idleness.is_final(registers.value_or(""), guest_time))) {
            capture.watch = Capture::Watch::out_of_time;
            break;
        }
        next_look = process::Clock::now() + between_looks;
    }
    capture.seconds = std::chrono::duration<double>(process::Clock::now() - started).count();
}

void ask_registers(Process& qemu, Capture& capture) {
    const process::Clock::time_point limit = process::Clock::now() + engine::patience;
    if (capture.watch != Capture::Watch::shut_down) {
        qemu.ask(qmp_stop(), limit);
    }
    capture.registers = qemu.ask(qmp_monitor(all_registers), limit).value_or("");
}

}  // namespace

qemu::Capture watch(const engine::Request& request, process::Descriptor memory,
                    const guest::Machine& machine) try {
    Capture capture;
    capture.way = request.way;
    capture.cpus_requested = request.cpus;
    const process::Clock::time_point started = process::Clock::now();
    const auto place = arrival_place(machine.symbols);
    Process qemu{request, std::move(memory),
                 place ? Process::Start::waits_for_debugger : Process::Start::runs};
    std::optional<Arrivals> arrivals;
    if (place) {
        arrivals.emplace(request, machine, *place, qemu);
        arrivals->begin();
    }
    if (qemu.ask(qmp_hello(), started + engine::patience) || !qemu.is_running()) {
        watch(request, started, qemu, arrivals, capture);
    } else {
        capture.error = "QEMU does not answer";
    }
    if (capture.watch != Capture::Watch::failed) {
        ask_registers(qemu, capture);
    }
    if (arrivals) {
        capture.arrivals = arrivals->seen();
    }
    capture.log = qemu.log();
    capture.serial = qemu.serial().text();
    return capture;
} catch (const process::StartError& error) {
    Capture capture;
    capture.cpus_requested = request.cpus;
    capture.error = fmt::format("QEMU does not start: {}{}", error.what(),
                                error.not_found ? "; apt install qemu-system-x86" : "");
    return capture;
}

}  // namespace qemu
