#include "checker/bochs/watch.h"

#include <algorithm>
#include <fmt/format.h>

#include "checker/bochs/arrivals.h"
#include "checker/bochs/breakpoints.h"
#include "checker/bochs/config.h"
#include "checker/bochs/registers.h"
#include "checker/evidence/kernel_names.h"
#include "checker/process/text.h"

namespace bochs {

namespace {

using namespace std::chrono_literals;
using bochs::Capture;
using guest::Symbols;

constexpr std::string_view kernel_ends = evidence::kernel_names::power_off;
// Bochs 2.7 logs that it is interrupted. In the middle of another message it then waits for itself.
constexpr auto patience_in_flood = 1s;
constexpr auto between_looks_at_bochs = 1s;  // most kernels are done before the first

enum class Stop { at_prompt, ended, out_of_time, flooded };

// Lets the machine run until something stops it.
Stop run_on(const engine::Request& request, Process& bochs, process::Clock::time_point limit) {
    bochs.command("c");
    for (;;) {
        // Bochs takes its time to end, and has said why by then.
        if (!bochs.is_running() || bochs.log().powered_off()) {
            return Stop::ended;
        }
        if (bochs.at_prompt() || bochs.log().reset()) {
            return Stop::at_prompt;
        }
        if (bochs.serial().total() > request.serial_limit ||
            bochs.log().exception_count() > request.exception_limit) {
            return Stop::flooded;
        }
        if (process::Clock::now() >= limit) {
            return Stop::out_of_time;
        }
        bochs.pump(limit);
    }
}

bool has_died(const Process& bochs) {
    return bochs.log().triple_fault() || bochs.log().reset();
}

// Lets GRUB load the kernel and stops there; GRUB is slow enough without breakpoints to look for.
// Returns how many breakpoints have been used up; nothing if the kernel never began.
std::optional<std::size_t> load_by_grub(const engine::Request& request,
                                        const guest::Symbols& symbols, Process& bochs,
                                        process::Clock::time_point limit) {
    const std::vector<std::uint64_t> begin = places_to_stop(symbols, kernel_begins);
    if (begin.empty() || !bochs.ask(set_breakpoints(begin), limit) ||
        run_on(request, bochs, limit) != Stop::at_prompt || has_died(bochs) ||
        !bochs.ask(delete_breakpoints(1, begin.size()), limit)) {
        return std::nullopt;
    }
    return begin.size();
}

// Comes to where the kernel is in memory, and sets the breakpoints for what is to come.
bool start_kernel(const engine::Request& request, const guest::Symbols& symbols, Process& bochs,
                  Arrivals& arrivals, process::Clock::time_point limit) {
    if (!bochs.wait_for_prompt(std::min(limit, process::Clock::now() + engine::patience))) {
        return false;
    }
    const auto used = request.way == evidence::Way::iso
                          ? load_by_grub(request, symbols, bochs, limit)
                          : std::optional<std::size_t>{0};
    const std::vector<std::uint64_t> end = places_to_stop(symbols, kernel_ends);
    return used &&
           bochs.ask(set_breakpoints(end) + arrivals.set_breakpoints(*used + end.size() + 1),
                     limit);
}

// The guest's clock, in its milliseconds. Bochs's own breakpoints by time are lost on a machine
// with several CPUs.
std::optional<std::chrono::milliseconds> guest_time(Process& bochs) {
    const auto answer = bochs.ask("ptime\n", process::Clock::now() + engine::patience);
    const auto ticks = answer ? process::number_after(*answer, "ptime: ", 10) : std::nullopt;
    return ticks ? std::optional{std::chrono::milliseconds{*ticks * 1000 / ips}} : std::nullopt;
}

Capture::Watch watch_kernel(const engine::Request& request, Process& bochs, Arrivals& arrivals,
                            process::Clock::time_point limit) {
    const auto started = guest_time(bochs);
    for (;;) {
        switch (run_on(request, bochs,
                       std::min(limit, process::Clock::now() + between_looks_at_bochs))) {
            case Stop::at_prompt:
                if (!has_died(bochs) && arrivals.look()) {
                    continue;
                }
                return Capture::Watch::stopped;
            case Stop::ended:
                return bochs.log().powered_off() ? Capture::Watch::stopped
                       : bochs.log().lost_cpu()  ? Capture::Watch::out_of_time
                                                 : Capture::Watch::failed;
            case Stop::flooded:
                return Capture::Watch::flooded;
            case Stop::out_of_time:
                break;
        }
        bochs.interrupt();
        if (process::Clock::now() >= limit || !bochs.wait_for_prompt(limit)) {
            return Capture::Watch::failed;  // it is the host that is too slow
        }
        if (has_died(bochs)) {
            return Capture::Watch::stopped;
        }
        const auto now = guest_time(bochs);
        if (!started || !now || *now - *started > request.guest_time_limit) {
            return Capture::Watch::out_of_time;
        }
    }
}

std::string why_it_failed(const Process& bochs) {
    if (bochs.is_running() && !bochs.has_prompted()) {
        return "Bochs shows no prompt; the checker needs one that was built with its debugger, "
               "such "
               "as Debian's 2.7 and later";
    }
    if (bochs.at_prompt() && has_died(bochs)) {
        return "the machine died in Bochs's own BIOS, before GRUB came to the kernel; that of "
               "Debian's and Ubuntu's bochsbios before 2.7+dfsg-4+deb12u1 does: install a newer "
               "one";
    }
    if (bochs.is_running()) {
        return "Bochs did not come to an end in time: this machine is too slow or too busy, or "
               "GRUB "
               "did not start the kernel";
    }
    if (!bochs.log().panic().empty()) {
        return fmt::format("Bochs gave up: {}", bochs.log().panic());
    }
    const std::string errors = bochs.errors().trimmed();
    const auto message = process::after(errors, "exiting with the following message:\n");
    return fmt::format("Bochs ended by itself: {}",
                       message ? message->substr(0, message->find('\n')) : errors);
}

// After a reset there is nothing to ask for: all CPUs are at their beginning. Nor would Bochs 2.7
// answer soon: it takes the time since then for 4294 s, and lets them pass.
std::string ask_registers(const engine::Request& request, Process& bochs,
                          process::Clock::duration how_long) {
    const process::Clock::time_point limit = process::Clock::now() + how_long;
    if (bochs.log().reset()) {
        return {};
    }
    if (!bochs.at_prompt()) {
        bochs.interrupt();
        bochs.wait_for_prompt(limit);
    }
    if (!bochs.at_prompt()) {
        return {};
    }
    std::string commands;
    for (unsigned cpu = 0; cpu < request.cpus; ++cpu) {
        commands += bochs::register_commands(cpu);
    }
    return bochs.ask(commands, limit).value_or("");
}

}  // namespace

Capture watch(const engine::Request& request, const guest::Symbols& symbols, Process& bochs) {
    const process::Clock::time_point started = process::Clock::now();
    const process::Clock::time_point limit = started + request.host_time_limit;
    Capture capture;
    capture.way = request.way;
    capture.cpus_requested = request.cpus;
    Arrivals arrivals{request, symbols, bochs};
    if (start_kernel(request, symbols, bochs, arrivals, limit)) {
        capture.watch = watch_kernel(request, bochs, arrivals, limit);
    }
    capture.arrivals = arrivals.seen();
    capture.seconds = std::chrono::duration<double>(process::Clock::now() - started).count();
    if (capture.watch == Capture::Watch::failed) {
        capture.error = why_it_failed(bochs);
    } else if (bochs.is_running()) {
        capture.registers = ask_registers(
            request, bochs,
            capture.watch == Capture::Watch::flooded ? patience_in_flood : engine::patience);
    }
    bochs.pump(process::Clock::now());  // what is still on its way
    capture.log = bochs.log();
    capture.serial = bochs.serial().text();
    return capture;
}

bool powers_off(const engine::Request& request, Process& bochs) {
    const process::Clock::time_point limit = process::Clock::now() + engine::patience;
    constexpr int most_stops = 8;
    for (int i = 0; i < most_stops && bochs.at_prompt(); ++i) {
        run_on(request, bochs, limit);
    }
    return bochs.log().powered_off();
}

}  // namespace bochs
