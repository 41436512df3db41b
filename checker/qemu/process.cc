#include "checker/qemu/process.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

namespace qemu {

namespace {

std::vector<std::string> what_to_boot(const engine::Request& request) {
    const std::string booted = process::path_of(booted_descriptor);
    switch (request.way) {
        case evidence::Way::rom:
            return {"-bios", process::path_of(firmware_descriptor), "-device",
                    fmt::format("loader,file={}", booted)};
        case evidence::Way::elf:
            return {"-kernel", booted, "-append", request.command_line};
        case evidence::Way::iso:
            return {"-drive", fmt::format("media=cdrom,format=raw,readonly=on,file={}", booted)};
    }
    return {};
}

constexpr std::uint64_t qemus_own_memory = std::uint64_t{4} << 30;  // mostly address space

// What comes without its arguments says so and ends, if it cannot be copied before.
process::ForkServers::Original original(const engine::Request& request) {
    process::Command command{
        .arguments = {"qemu-system-x86_64", "--version"},
        .environment = {"LC_ALL=C"},
        .address_space = (std::uint64_t{request.memory_mib} << 20) + qemus_own_memory,
    };
    if (request.sandboxed)
        command.sandbox = engine::sandbox_for(command.arguments[0]);
    return {std::move(command)};
}

}  // namespace

std::vector<std::string> arguments(const engine::Request& request) {
    const std::string memory = process::path_of(memory_descriptor);
    // clang-format off
    std::vector<std::string> arguments{
        "qemu-system-x86_64", "-nodefaults", "-no-user-config",
        "-display", "none", "-vga", "none", "-nic", "none",
        "-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
        // Without smm=off the firmware's visits to SMM fill the log. An HPET writes by itself to any
        // address, whatever the page tables say, and can be told to loop without end.
        "-machine", fmt::format("{},smm=off,hpet=off,memory-backend=ram", request.machine),
        "-object", fmt::format("memory-backend-file,id=ram,share=on,size={}M,mem-path={}",
                               request.memory_mib, memory),
        "-m", fmt::format("{}M", request.memory_mib),
        "-smp", std::to_string(request.cpus),
        // Time is counted in instructions, 64 ns each, and stands still for nobody: a run repeats
        // itself exactly, and a CPU that waits in HLT costs nothing.
        "-icount", "shift=6,sleep=off",
        // Its CMOS clock is not the host's either.
        "-rtc", "base=2000-01-01,clock=vm",
        // Code for a boot needs little room to be translated into, and room takes time to prepare.
        "-accel", "tcg,tb-size=16",
        // A reset stops the machine, and it stays stopped for the post-mortem: so -action says it
        // too, but not before QEMU 6.0.
        "-no-reboot", "-no-shutdown",
        "-chardev", "stdio,id=qmp,signal=off", "-mon", "chardev=qmp,mode=control",
        "-serial", fmt::format("file:{}", process::path_of(serial_descriptor)),
        "-d", "int,cpu_reset",
        // What is sent to wake a CPU, whatever the guest says of it, and which CPUs ask for their
        // IDs.
        "-trace", "enable=apic_mem_writel", "-trace", "enable=apic_mem_readl",
        "-trace", "enable=apic_deliver_irq",
        "-D", process::path_of(log_descriptor)};
    // clang-format on
    std::ranges::copy(what_to_boot(request), std::back_inserter(arguments));
    return arguments;
}

std::vector<std::string> debugger_arguments() {
    return {"-chardev", fmt::format("socket,id=gdb,fd={}", debugger_descriptor), "-gdb",
            "chardev:gdb", "-S"};
}

std::uint64_t ram_below_4_gib(std::string_view machine, std::uint64_t bytes) {
    constexpr std::uint64_t gib = std::uint64_t{1} << 30;
    if (machine.starts_with("q35"))
        return bytes >= 0xb0000000 ? 2 * gib : bytes;
    return bytes >= 0xe0000000 ? 3 * gib : bytes;
}

Process::Process(const engine::Request& request, process::Descriptor memory,
                 process::ForkServers& servers)
    : serial_(request.serial_limit / 2, request.serial_limit / 2),
      errors_(engine::error_limit / 2, engine::error_limit / 2) {
    process::Given given;
    const auto read_from = [&](int number, auto& sink) {
        readers_.push_back(
            process::read_from(given, number, [&sink](auto bytes) { sink.append(bytes); }));
    };
    const auto talk_at = [&](int number) {
        process::SocketPair ends = process::SocketPair::make();
        given.emplace_back(std::move(ends.childs), number);
        return std::move(ends.ours);
    };
    commands_ = talk_at(0);
    read_from(1, qmp_);
    read_from(2, errors_);
    given.emplace_back(std::move(memory), memory_descriptor);
    read_from(serial_descriptor, serial_);
    read_from(log_descriptor, log_);
    const bool by_iso = request.way == evidence::Way::iso;
    given.emplace_back(process::open_file(by_iso ? request.iso : request.kernel_elf),
                       booted_descriptor);
    if (request.way == evidence::Way::rom)
        given.emplace_back(process::open_file(request.firmware), firmware_descriptor);
    std::vector<std::string> its_arguments = arguments(request);
    std::ranges::copy(debugger_arguments(), std::back_inserter(its_arguments));
    debugger_ = talk_at(debugger_descriptor);
    readers_.emplace_back(duplicate(debugger_), [this](auto bytes) { gdb_.append(bytes); });
    copy_.emplace(servers.copy(
        fmt::format("qemu {} {} {}", request.sandboxed, request.memory_mib,
                    static_cast<int>(request.way)),
        [&] { return original(request); }, its_arguments, given));
}

std::optional<std::string> Process::ask(std::string_view message) {
    const auto deadline = process::Clock::now() + engine::patience;
    process::send(commands_, message);
    std::optional<std::string> answer;
    while (!(answer = qmp_.take_answer()) && is_running() && process::Clock::now() < deadline)
        pump(deadline);
    return answer;
}

std::string Process::monitor(std::string_view command_line, std::optional<unsigned> cpu) {
    return ask(qmp_monitor(command_line, cpu)).value_or("");
}

}  // namespace qemu
