#include "checker/bochs/run.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>

#include "checker/bochs/debugger.h"
#include "checker/bochs/process.h"
#include "checker/bochs/read.h"
#include "checker/bochs/registers.h"
#include "checker/evidence/kernel_names.h"
#include "checker/guest/symbols.h"

namespace bochs {

namespace {

using namespace std::chrono_literals;
using evidence::End;
using evidence::Engine;
using evidence::Evidence;
using guest::Symbols;
using process::Clock;

constexpr std::string_view kernel_begins = "kernel_main";  // when its loader is done
constexpr std::string_view kernel_ends = evidence::kernel_names::power_off;
constexpr auto between_looks = 500ms;  // most kernels are done before the first

enum class Stop { at_prompt, ended, out_of_time, flooded };

// One boot, in a Bochs that stands at its first prompt.
class Boot {
  public:
    Boot(const engine::Request& request, const Symbols& symbols, Process& bochs)
        : request_(request), symbols_(symbols), bochs_(bochs) {}

    // Lets it run until the kernel is about to switch the machine off, dies, writes without end or
    // is out of time, and asks for all registers. The machine then stands still and has its memory
    // still, unless Bochs has ended.
    Capture watch();
    // After that, where the kernel was about to switch the machine off: whether it does.
    bool powers_off();

  private:
    Stop run_on(Clock::time_point limit);
    bool has_died() const { return bochs_.log().triple_fault() || bochs_.log().reset(); }
    std::optional<std::size_t> load_by_grub();
    bool start_kernel(Arrivals& arrivals);
    std::optional<std::chrono::milliseconds> guest_time();
    std::optional<End> watch_kernel(Arrivals& arrivals);
    std::string why_it_failed() const;
    std::string ask_registers();

    const engine::Request& request_;
    const Symbols& symbols_;
    Process& bochs_;
    Clock::time_point started_ = Clock::now();
    Clock::time_point limit_ = started_ + request_.host_time_limit;
};

// Lets the machine run until something stops it.
Stop Boot::run_on(Clock::time_point limit) {
    bochs_.command("c");
    for (;;) {
        // Bochs takes its time to end, and has said why by then.
        if (!bochs_.is_running() || bochs_.log().powered_off())
            return Stop::ended;
        if (bochs_.at_prompt() || bochs_.log().reset())
            return Stop::at_prompt;
        if (bochs_.serial().total() > request_.serial_limit ||
            bochs_.log().exception_count() > request_.exception_limit ||
            bochs_.log().total() > request_.log_limit)
            return Stop::flooded;
        if (Clock::now() >= limit)
            return Stop::out_of_time;
        bochs_.pump(limit);
    }
}

// Lets GRUB load the kernel and stops there; GRUB is slow enough without breakpoints to look for.
// Returns how many breakpoints have been used up; nothing if the kernel never began.
std::optional<std::size_t> Boot::load_by_grub() {
    const std::vector<std::uint64_t> begin = places_to_stop(symbols_, kernel_begins);
    if (begin.empty() || !bochs_.ask(set_breakpoints(begin), limit_) ||
        run_on(limit_) != Stop::at_prompt || has_died() ||
        !bochs_.ask(delete_breakpoints(1, begin.size()), limit_))
        return {};
    return begin.size();
}

// Comes to where the kernel is in memory, and sets the breakpoints for what is to come.
bool Boot::start_kernel(Arrivals& arrivals) {
    if (!bochs_.wait_for_prompt(std::min(limit_, Clock::now() + engine::patience)))
        return false;
    const auto used =
        request_.way == evidence::Way::iso ? load_by_grub() : std::optional<std::size_t>{0};
    const std::vector<std::uint64_t> end = places_to_stop(symbols_, kernel_ends);
    return used &&
           bochs_.ask(set_breakpoints(end) + arrivals.set_breakpoints(*used + end.size() + 1),
                      limit_);
}

// The guest's clock, in its milliseconds. Bochs's own breakpoints by time are lost on a machine
// with several CPUs.
std::optional<std::chrono::milliseconds> Boot::guest_time() {
    const auto ticks = process::number_after(bochs_.ask("ptime\n").value_or(""), "ptime: ", 10);
    return ticks ? std::optional{std::chrono::milliseconds{*ticks * 1000 / ips}} : std::nullopt;
}

// How the run ended; nothing where the machine stopped by itself.
std::optional<End> Boot::watch_kernel(Arrivals& arrivals) {
    const auto began = guest_time();
    const auto worked = bochs_.processor_time();
    for (;;) {
        switch (run_on(std::min(limit_, Clock::now() + between_looks))) {
            case Stop::at_prompt:
                if (!has_died() && arrivals.look())
                    continue;
                return {};
            case Stop::ended:
                if (bochs_.log().powered_off())
                    return {};
                return bochs_.log().lost_cpu() ? End::timed_out : End::engine_failed;
            case Stop::flooded:
                return End::flooded;
            case Stop::out_of_time:
                break;
        }
        bochs_.interrupt();
        if (Clock::now() >= limit_ ||
            !bochs_.wait_for_prompt(std::min(limit_, Clock::now() + engine::patience)))
            return End::engine_failed;  // it is the host that is too slow
        if (has_died())
            return {};
        const auto now = guest_time();
        if (!began || !now || *now - *began > request_.guest_time_limit ||
            bochs_.processor_time() - worked > request_.processor_time_limit)
            return End::timed_out;
    }
}

std::string Boot::why_it_failed() const {
    if (bochs_.at_prompt() && has_died())
        return "the machine died in Bochs's own BIOS, before GRUB came to the kernel; that of "
               "Debian's and Ubuntu's bochsbios before 2.7+dfsg-4+deb12u1 does: install a newer "
               "one";
    if (bochs_.is_running())
        return "Bochs did not come to an end in time: this machine is too slow or too busy, or "
               "GRUB did not start the kernel";
    return why_it_ended(bochs_.log(), bochs_.errors().trimmed());
}

// After a reset there is nothing to ask for: all CPUs are at their beginning. Nor would Bochs 2.7
// answer soon: it takes the time since then for 4294 s, and lets them pass.
std::string Boot::ask_registers() {
    const Clock::time_point limit = Clock::now() + engine::patience;
    if (bochs_.log().reset())
        return {};
    if (!bochs_.at_prompt())
        bochs_.interrupt();
    if (!bochs_.wait_for_prompt(limit))
        return {};
    std::string commands;
    for (unsigned cpu = 0; cpu < request_.cpus; ++cpu)
        commands += register_commands(cpu);
    return bochs_.ask(commands, limit).value_or("");
}

Capture Boot::watch() {
    Capture capture;
    capture.way = request_.way;
    capture.second_machine = request_.second_machine;
    capture.cpus_requested = request_.cpus;
    Arrivals arrivals{request_, symbols_, bochs_};
    if (start_kernel(arrivals))
        capture.end = watch_kernel(arrivals);
    arrivals.seen().put_into(capture);
    capture.seconds = std::chrono::duration<double>(Clock::now() - started_).count();
    capture.processor_seconds = std::chrono::duration<double>(bochs_.processor_time()).count();
    if (capture.end == End::engine_failed)
        capture.error = why_it_failed();
    else if (bochs_.is_running())
        capture.registers = ask_registers();
    if (!capture.end && capture.registers.empty() && bochs_.is_running() &&
        !bochs_.log().powered_off() && !bochs_.log().reset()) {
        capture.end = End::engine_failed;
        capture.error = "Bochs did not tell of its CPUs: this machine is too slow or too busy";
    }
    bochs_.pump(Clock::now());  // what is still on its way
    capture.log = bochs_.log();
    capture.serial = bochs_.serial().text();
    return capture;
}

bool Boot::powers_off() {
    const Clock::time_point limit = Clock::now() + engine::patience;
    constexpr int most_stops = 8;
    for (int i = 0; i < most_stops && bochs_.at_prompt(); ++i)
        run_on(limit);
    return bochs_.log().powered_off();
}

// Breakpoints and symbols are of no use if the ISO was made of another kernel.
bool holds_kernel(const std::filesystem::path& iso, const Symbols& symbols) {
    const auto begin = symbols.find(kernel_begins);
    const auto code = symbols.bytes(begin ? begin->address : 0, ~std::size_t{0});
    const process::Mapping file{process::open_file(iso), std::filesystem::file_size(iso)};
    return !code.empty() &&
           memmem(file.bytes().data(), file.bytes().size(), code.data(), code.size()) != nullptr;
}

}  // namespace

Evidence run(const engine::Request& request, process::ForkServers& servers) try {
    const Symbols symbols{request.kernel_elf, request.source_root, request.source_names};
    if (request.way == evidence::Way::elf)
        return failed(request, Engine::bochs,
                      "Bochs cannot load a kernel by itself; boot it by iso or rom");
    if (request.way == evidence::Way::iso && !holds_kernel(request.iso, symbols))
        return failed(request, Engine::bochs,
                      fmt::format("{} was made of another kernel than {}", request.iso.string(),
                                  request.kernel_elf.string()));
    Process bochs{request, symbols, servers};
    Boot boot{request, symbols, bochs};
    const Capture capture = boot.watch();
    const Memory memory{bochs, bochs.at_prompt() ? std::uint64_t{request.memory_mib} << 20 : 0};
    Evidence evidence = read(capture, {memory, symbols, cpu_model});
    if (evidence.end == End::powered_off && !boot.powers_off())
        evidence.end = End::timed_out;
    return evidence;
} catch (const process::StartError& error) {
    return failed(request, Engine::bochs,
                  fmt::format("Bochs does not start: {}{}", error.what(),
                              error.not_found ? "; apt install bochs bochs-term" : ""));
} catch (const process::NoCopy& error) {
    Log log;
    log.append(error.written.at(log_descriptor));
    return failed(request, Engine::bochs,
                  error.has_ended
                      ? why_it_ended(log, error.written.at(2))
                      : "Bochs shows no prompt; the checker needs one that was built with "
                        "its debugger, such as Debian's 2.7 and later");
}

}  // namespace bochs
