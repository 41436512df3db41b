#include "checker/qemu/process.h"

#include <algorithm>
#include <iterator>

#include "checker/qemu/command.h"

namespace qemu {

namespace {

constexpr std::uint64_t qemus_own_memory = std::uint64_t{4} << 30;  // mostly address space

}  // namespace

Process::Process(const engine::Request& request, process::Descriptor memory, Start start)
    : serial_(request.serial_limit / 2, request.serial_limit / 2),
      errors_(engine::error_limit / 2, engine::error_limit / 2) {
    process::SocketPair commands = process::SocketPair::make();
    process::Pipe answers = process::Pipe::make();
    process::Pipe serial = process::Pipe::make();
    process::Pipe log = process::Pipe::make();
    process::Pipe errors = process::Pipe::make();
    process::Command command{
        .arguments = arguments(request),
        .environment = {"LC_ALL=C"},
        .directory = {},
        .descriptors = {},
        .address_space = (std::uint64_t{request.memory_mib} << 20) + qemus_own_memory,
        .largest_file = 0,
        .processor_time = {},
    };
    command.descriptors.emplace_back(std::move(commands.childs), 0);
    command.descriptors.emplace_back(std::move(answers.write), 1);
    command.descriptors.emplace_back(std::move(errors.write), 2);
    command.descriptors.emplace_back(std::move(memory), memory_descriptor);
    command.descriptors.emplace_back(std::move(serial.write), serial_descriptor);
    command.descriptors.emplace_back(std::move(log.write), log_descriptor);
    if (start == Start::waits_for_debugger) {
        std::ranges::copy(debugger_arguments(), std::back_inserter(command.arguments));
        process::SocketPair debugger = process::SocketPair::make();
        command.descriptors.emplace_back(std::move(debugger.childs), debugger_descriptor);
        debugger_ = std::move(debugger.ours);
        gdb_reader_ = {process::duplicate(debugger_), [this](auto bytes) { gdb_.append(bytes); }};
    }
    process_.emplace(process::Process::start(std::move(command)));

    commands_ = std::move(commands.ours);
    qmp_reader_ = {std::move(answers.read), [this](auto bytes) { qmp_.append(bytes); }};
    serial_reader_ = {std::move(serial.read), [this](auto bytes) { serial_.append(bytes); }};
    log_reader_ = {std::move(log.read), [this](auto bytes) { log_.append(bytes); }};
    error_reader_ = {std::move(errors.read), [this](auto bytes) { errors_.append(bytes); }};
}

bool Process::pump(process::Clock::time_point deadline) {
    return process::read_some(
        {&qmp_reader_, &serial_reader_, &log_reader_, &error_reader_, &gdb_reader_}, deadline);
}

std::optional<std::string> Process::ask(std::string_view message,
                                        process::Clock::time_point deadline) {
    process::send(commands_, message);
    std::optional<std::string> answer;
    while (!(answer = qmp_.take_answer()) && is_running() && process::Clock::now() < deadline) {
        pump(deadline);
    }
    return answer;
}

}  // namespace qemu
