#include "checker/engine/qemu_watch.h"

#include <algorithm>
#include <fmt/format.h>

#include "checker/engine/qemu_arrivals.h"
#include "checker/engine/qemu_process.h"
#include "checker/evidence/qemu_registers.h"
#include "checker/evidence/text.h"
#include "x86/control_registers.h"

namespace engine {

namespace {

using namespace std::chrono_literals;
using evidence::QemuCapture;

constexpr auto first_look = 300ms;  // most runs are over before it
constexpr auto between_looks = 100ms;
constexpr std::string_view all_registers = "info registers -a";

template <class Predicate>
bool all_of(const std::string& registers, Predicate matches) {
    const auto cpus = evidence::parse_qemu_cpus(registers);
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
    std::chrono::milliseconds read(QemuProcess& qemu) {
        constexpr std::string_view read_timer = "i /w 0x608";  // "portw[0x0608] = 0x00001234"
        constexpr std::uint64_t per_second = 3'579'545;
        constexpr std::uint64_t mask = 0xffffff;
        const auto answer = qemu.ask(qmp_monitor(read_timer), Clock::now() + patience);
        if (const auto now = evidence::number_after(answer.value_or(""), "= 0x")) {
            ticks_ += (*now - last_) & mask;
            last_ = *now;
        }
        return std::chrono::milliseconds{ticks_ * 1000 / per_second};
    }

  private:
    std::uint64_t last_ = 0, ticks_ = 0;
};

// Fills in why the watching is over; false while it is not.
bool is_over(const Request& request, const QemuProcess& qemu, Clock::time_point limit,
             QemuCapture& capture) {
    if (qemu.qmp().shutdown_reason()) {
        capture.watch = QemuCapture::Watch::shut_down;
        capture.reason = *qemu.qmp().shutdown_reason();
    } else if (!qemu.is_running()) {
        capture.watch = QemuCapture::Watch::failed;
        capture.error = fmt::format("QEMU ended by itself: {}", qemu.errors().trimmed());
    } else if (qemu.serial().total() > request.serial_limit ||
               qemu.log().exception_count() > request.exception_limit) {
        capture.watch = QemuCapture::Watch::flooded;
    } else if (Clock::now() >= limit) {
        capture.watch = QemuCapture::Watch::failed;
        capture.error = "QEMU did not come to an end in time: this machine is too slow or too busy";
    } else {
        return false;
    }
    return true;
}

// Looks at APs as they arrive, and for a hang now and then.
void watch(const Request& request, Clock::time_point started, QemuProcess& qemu,
           std::optional<QemuArrivals>& arrivals, QemuCapture& capture) {
    const Clock::time_point limit = started + request.host_time_limit;
    Clock::time_point next_look = started + first_look;
    GuestClock clock;
    Idleness idleness;
    while (!is_over(request, qemu, limit, capture)) {
        qemu.pump(std::min(next_look, limit));
        if (arrivals) {
            arrivals->look();
        }
        if (Clock::now() < next_look) {
            continue;
        }
        const auto guest_time = clock.read(qemu);
        const auto registers = qemu.ask(qmp_monitor(all_registers), Clock::now() + patience);
        if (!qemu.qmp().shutdown_reason() &&
            (guest_time > request.guest_time_limit ||
             qemu.processor_time() > request.processor_time_limit ||
             all_halted_for_good(registers.value_or("")) ||
             idleness.is_final(registers.value_or(""), guest_time))) {
            capture.watch = QemuCapture::Watch::out_of_time;
            break;
        }
        next_look = Clock::now() + between_looks;
    }
    capture.seconds = std::chrono::duration<double>(Clock::now() - started).count();
}

void ask_registers(QemuProcess& qemu, QemuCapture& capture) {
    const Clock::time_point limit = Clock::now() + patience;
    if (capture.watch != QemuCapture::Watch::shut_down) {
        qemu.ask(qmp_stop(), limit);
    }
    capture.registers = qemu.ask(qmp_monitor(all_registers), limit).value_or("");
}

}  // namespace

evidence::QemuCapture watch_qemu(const Request& request, Descriptor memory,
                                 const evidence::Machine& machine) try {
    QemuCapture capture;
    capture.way = request.way;
    capture.cpus_requested = request.cpus;
    const Clock::time_point started = Clock::now();
    const auto place = arrival_place(machine.symbols);
    QemuProcess qemu{request, std::move(memory),
                     place ? QemuProcess::Start::waits_for_debugger : QemuProcess::Start::runs};
    std::optional<QemuArrivals> arrivals;
    if (place) {
        arrivals.emplace(request, machine, *place, qemu);
        arrivals->begin();
    }
    if (qemu.ask(qmp_hello(), started + patience) || !qemu.is_running()) {
        watch(request, started, qemu, arrivals, capture);
    } else {
        capture.error = "QEMU does not answer";
    }
    if (capture.watch != QemuCapture::Watch::failed) {
        ask_registers(qemu, capture);
    }
    if (arrivals) {
        capture.arrivals = arrivals->seen();
    }
    capture.log = qemu.log();
    capture.serial = qemu.serial().text();
    return capture;
} catch (const StartError& error) {
    QemuCapture capture;
    capture.cpus_requested = request.cpus;
    capture.error = fmt::format("QEMU does not start: {}{}", error.what(),
                                error.not_found ? "; apt install qemu-system-x86" : "");
    return capture;
}

}  // namespace engine
