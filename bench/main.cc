// How long things take, as ratios to the least that they could: the floor is QEMU by SeaBIOS with a
// kernel that only switches the machine off. Rounds go through all rows in turn, so that a machine
// that slows down slows them all; a row shows its median.
#include <chrono>
#include <exception>
#include <fmt/format.h>
#include <functional>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

#include "bench/row.h"
#include "checker/boot.h"
#include "checker/judgement/judgement.h"
#include "checker/lab/lab.h"
#include "checker/process/process.h"
#include "checker/qemu/process.h"

namespace bench {

namespace {

constexpr std::uint64_t largest_file = std::uint64_t{1} << 30;

engine::Request request_for(const std::string& kernel, evidence::Way way) {
    engine::Request request;
    request.way = way;
    request.kernel_elf = kernel;
    request.firmware = "build/firmware.bin";
    request.iso = "build/sipi.iso";
    request.source_root = ".";
    return request;
}

/// The checker's own QEMU command, but ending by itself, and with nobody who looks at what is left.
void boot_alone(const engine::Request& request) {
    process::Command command;
    command.arguments = qemu::arguments(request);
    command.largest_file = largest_file;
    std::erase(command.arguments, "-no-shutdown");
    command.descriptors.emplace_back(
        process::anonymous_memory(std::size_t{request.memory_mib} << 20), qemu::memory_descriptor);
    command.descriptors.emplace_back(process::anonymous_memory(0), qemu::serial_descriptor);
    command.descriptors.emplace_back(process::anonymous_memory(0), qemu::log_descriptor);
    command.descriptors.emplace_back(
        process::open_file(request.way == evidence::Way::iso ? request.iso : request.kernel_elf),
        qemu::booted_descriptor);
    command.descriptors.emplace_back(process::open_file(request.firmware),
                                     qemu::firmware_descriptor);
    auto process = process::Process::start(std::move(command));
    const auto status = process.wait(process::Clock::now() + std::chrono::seconds{30});
    if (!status || status->code != 0 || status->signal != 0) {
        throw std::runtime_error(
            fmt::format("QEMU did not end well with {}", request.kernel_elf.string()));
    }
}

void run_shell(const std::string& line) {
    process::Command command;
    command.arguments = {"sh", "-c", line};
    command.largest_file = largest_file;
    command.isolated = false;
    auto process = process::Process::start(std::move(command));
    const auto status = process.wait(process::Clock::now() + std::chrono::minutes{10});
    if (!status || status->code > 1) {
        throw std::runtime_error(fmt::format("this failed: {}", line));
    }
}

void require_passed(const lab::Lab& lab, const evidence::Evidence& evidence) {
    if (judgement::judge(lab, evidence).outcome != judgement::Outcome::passed) {
        throw std::runtime_error("the complete kernel does not pass: see make check");
    }
}

constexpr const char* edited = "build/bench/edited";

// Seams that are new each time, in a submission of its own, so that they have to be built.
std::string edit(const std::string& labs) {
    return fmt::format(
        "mkdir -p {0} && for lab in {1}; do rm -rf {0}/$lab && cp -r solutions/$lab {0}/ && "
        "for file in {0}/$lab/*.cc; do echo \"// $(date +%s%N)\" >> $file; done && "
        "for file in {0}/$lab/*.asm; do [ ! -e $file ] || echo \"; $(date +%s%N)\" >> $file; done; "
        "done",
        edited, labs);
}

std::string check(const std::string& options) {
    return fmt::format("build/sipi check --submission {} {} > build/bench/verdict", edited,
                       options);
}

std::string grade() {
    return fmt::format("build/sipi grade --submission {} > build/bench/verdict", edited);
}

constexpr const char* all_labs = "$(ls solutions)";

std::vector<Row> rows() {
    using enum evidence::Way;
    const lab::Lab lab = lab::discover(".").front();
    const std::string kernel = "build/kernel.elf";
    const auto alone = [](const std::string& booted, evidence::Way way) {
        return [request = request_for(booted, way)] { boot_alone(request); };
    };
    const auto boot = [=](evidence::Engine engine, evidence::Way way) {
        return [=] {
            checker::Engines engines;  // the start of one is part of a check
            require_passed(lab, engines.boot(engine, request_for(kernel, way)));
        };
    };
    const auto in_qemu = [=](evidence::Way way) { return boot(evidence::Engine::qemu, way); };
    const auto in_bochs = [=](evidence::Way way) { return boot(evidence::Engine::bochs, way); };
    const auto shell = [](const std::string& line) { return [=] { run_shell(line); }; };
    return {
        {"floor: a kernel that only switches off", {}, rounds, alone("build/bench/floor.elf", elf)},
        {"the complete kernel, to its end", {}, rounds, alone(kernel, rom)},
        {"  by SeaBIOS", {}, rounds, alone(kernel, elf)},
        {"  by GRUB", {}, slow_rounds, alone(kernel, iso)},
        {"a check's boot in QEMU, evidence and verdict", {.floors = 0.95}, rounds, in_qemu(rom)},
        {"  by GRUB", {}, slow_rounds, in_qemu(iso)},
        {"a check's boot in Bochs, evidence and verdict", {.floors = 4}, rounds, in_bochs(rom)},
        {"  by GRUB", {}, slow_rounds, in_bochs(iso)},
        {"from an edited seam to QEMU's verdict",
         {},
         slow_rounds,
         shell(check("--lab 5 --engine qemu")),
         Clock::wall,
         shell(edit("5-nx-wp"))},
        {"from an edited seam to both engines' verdict",
         {.seconds = 1},
         slow_rounds,
         shell(check("--lab 5")),
         Clock::wall,
         shell(edit("5-nx-wp"))},
        {"six changed seams, both engines, processor time",
         {.seconds = 4},
         slow_rounds,
         shell(grade()),
         Clock::processor,
         shell(edit(all_labs))},
        {"six labs and the whole kernel, both engines, nothing to compile",
         {.seconds = 2.5},
         slow_rounds,
         shell(grade())},
        {"make grade in a fresh clone, packages there",
         {.seconds = 60},
         1,
         shell(
             "rm -rf build/bench/clone && git clone -q . build/bench/clone && "
             "env -u MAKEFLAGS -u MAKELEVEL make -C build/bench/clone grade > build/bench/grade")},
    };
}

void run() {
    std::vector<Row> all = rows();
    for (unsigned round = 0; round < rounds; ++round) {
        for (Row& row : all) {
            if (round < row.rounds) {
                row.seconds.push_back(seconds_of(row));
            }
        }
        if (isatty(STDERR_FILENO) != 0) {
            fmt::print(stderr, "\rround {} of {}{}", round + 1, rounds,
                       round + 1 == rounds ? "\n" : "");
        }
    }
    print(all);
}

}  // namespace

}  // namespace bench

int main() try { bench::run(); } catch (const std::exception& error) {
    fmt::print(stderr, "bench: {}\n", error.what());
    return 2;
}
