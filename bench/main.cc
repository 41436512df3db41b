// How long things take, as ratios to the least that they could: the floor is the same QEMU, started
// the same way, with a kernel that only switches the machine off. Rounds go through all rows in
// turn, so that a machine that slows down slows them all; a row shows its median.
#include <algorithm>
#include <chrono>
#include <exception>
#include <fmt/format.h>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include "checker/engine/bochs.h"
#include "checker/engine/process.h"
#include "checker/engine/qemu.h"
#include "checker/engine/qemu_command.h"
#include "checker/judgement/judgement.h"
#include "checker/lab/lab_file.h"

namespace bench {

namespace {

using Seconds = std::chrono::duration<double>;

constexpr unsigned rounds = 9;
constexpr unsigned slow_rounds = 3;  // of what takes seconds
constexpr std::uint64_t largest_file = std::uint64_t{1} << 30;

struct Row {
    std::string name;
    unsigned rounds;
    double limit;        // times the floor; 0: none
    double seconds_cap;  // 0: none
    std::function<void()> run;
    std::vector<double> seconds;
};

double timed(const std::function<void()>& run) {
    const auto begin = engine::Clock::now();
    run();
    return Seconds(engine::Clock::now() - begin).count();
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

engine::Request request_for(const std::string& kernel) {
    engine::Request request;
    request.kernel_elf = kernel;
    request.iso = "build/sipi.iso";
    request.source_root = ".";
    request.command_line = "panic=poweroff";
    return request;
}

/// The checker's own QEMU command, but ending by itself, and with nobody who looks at what is left.
void boot_alone(const std::string& kernel) {
    const engine::Request request = request_for(kernel);
    engine::Command command;
    command.arguments = engine::qemu_arguments(request);
    command.largest_file = largest_file;
    std::erase(command.arguments, "-no-shutdown");
    command.descriptors.emplace_back(
        engine::anonymous_memory(std::size_t{request.memory_mib} << 20),
        engine::qemu_memory_descriptor);
    command.descriptors.emplace_back(engine::anonymous_memory(0), engine::qemu_serial_descriptor);
    command.descriptors.emplace_back(engine::anonymous_memory(0), engine::qemu_log_descriptor);
    auto process = engine::Process::start(std::move(command));
    const auto status = process.wait(engine::Clock::now() + std::chrono::seconds{30});
    if (!status || status->code != 0 || status->signal != 0) {
        throw std::runtime_error(fmt::format("QEMU did not end well with {}", kernel));
    }
}

void run_shell(const std::string& line) {
    engine::Command command;
    command.arguments = {"sh", "-c", line};
    command.largest_file = largest_file;
    command.isolated = false;
    auto process = engine::Process::start(std::move(command));
    const auto status = process.wait(engine::Clock::now() + std::chrono::minutes{2});
    if (!status || status->code > 1) {
        throw std::runtime_error(fmt::format("this failed: {}", line));
    }
}

void require_passed(const lab::Lab& lab, const evidence::Evidence& evidence) {
    if (judgement::judge(lab, evidence).outcome != judgement::Outcome::passed) {
        throw std::runtime_error("the complete kernel does not pass: see make check");
    }
}

std::string processor() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("model name")) {
            return line.substr(line.find(':') + 2);
        }
    }
    return "an unknown processor";
}

void print(const std::vector<Row>& rows) {
    fmt::print("{} x {}; medians of {} rounds, of {} where one takes seconds\n\n",
               std::thread::hardware_concurrency(), processor(), rounds, slow_rounds);
    fmt::print("{:<46}{:>10}{:>10}{:>12}\n", "", "seconds", "/ floor", "at most");
    const double floor = median(rows.front().seconds);
    for (const Row& row : rows) {
        const double seconds = median(row.seconds);
        const bool over = (row.limit != 0 && seconds / floor > row.limit) ||
                          (row.seconds_cap != 0 && seconds > row.seconds_cap);
        const std::string limit = row.limit != 0         ? fmt::format("{:.2f}", row.limit)
                                  : row.seconds_cap != 0 ? fmt::format("{:.1f} s", row.seconds_cap)
                                                         : "";
        fmt::print("{:<46}{:>10.3f}{:>10.2f}{}{}\n", row.name, seconds, seconds / floor,
                   limit.empty() ? limit : fmt::format("{:>12}", limit), over ? "  over" : "");
    }
}

void run() {
    const lab::Lab lab = lab::discover(".").front();
    const engine::Request kernel = request_for("build/kernel.elf");
    // A seam that is new each time, in a submission of its own, so that it has to be built.
    const auto check = [](const char* engine) {
        return fmt::format(
            "seam=build/bench/edited/5-nx-wp && mkdir -p $seam && cp labs/5-nx-wp/match_bsp.* $seam"
            " && date +'// %s%N' >> $seam/match_bsp.cc && exec build/sipi check --lab 5"
            " --submission build/bench/edited --engine {} >build/bench/verdict",
            engine);
    };
    std::vector<Row> rows{
        {"floor: a kernel that only switches off",
         rounds,
         0,
         0,
         [] { boot_alone("build/bench/floor.elf"); },
         {}},
        {"the complete kernel, to its end",
         rounds,
         0,
         0,
         [] { boot_alone("build/kernel.elf"); },
         {}},
        {"a check's boot in QEMU, evidence and verdict",
         rounds,
         1.5,
         0,
         [&] { require_passed(lab, engine::run_qemu(kernel)); },
         {}},
        {"a check's boot in Bochs, evidence and verdict",
         slow_rounds,
         0,
         0,
         [&] { require_passed(lab, engine::run_bochs(kernel)); },
         {}},
        {"from an edited seam to QEMU's verdict",
         slow_rounds,
         0,
         1.0,
         [&] { run_shell(check("qemu")); },
         {}},
        {"from an edited seam to both engines' verdict",
         slow_rounds,
         0,
         0,
         [&] { run_shell(check("both")); },
         {}},
    };
    for (unsigned round = 0; round < rounds; ++round) {
        for (Row& row : rows) {
            if (round < row.rounds) {
                row.seconds.push_back(timed(row.run));
            }
        }
        if (isatty(STDERR_FILENO) != 0) {
            fmt::print(stderr, "\rround {} of {}{}", round + 1, rounds,
                       round + 1 == rounds ? "\n" : "");
        }
    }
    print(rows);
}

}  // namespace

}  // namespace bench

int main() try { bench::run(); } catch (const std::exception& error) {
    fmt::print(stderr, "bench: {}\n", error.what());
    return 2;
}
