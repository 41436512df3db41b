#include "checker/engine/qemu_process.h"

#include <algorithm>
#include <iterator>

#include "checker/engine/qemu_command.h"

namespace engine {

namespace {

constexpr std::uint64_t qemus_own_memory = std::uint64_t{4} << 30;  // mostly address space

}  // namespace

QemuProcess::QemuProcess(const Request& request, Descriptor memory, Start start)
    : serial_(request.serial_limit / 2, request.serial_limit / 2),
      errors_(error_limit / 2, error_limit / 2) {
    SocketPair commands = SocketPair::make();
    Pipe answers = Pipe::make();
    Pipe serial = Pipe::make();
    Pipe log = Pipe::make();
    Pipe errors = Pipe::make();
    Command command{
        .arguments = qemu_arguments(request),
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
    command.descriptors.emplace_back(std::move(memory), qemu_memory_descriptor);
    command.descriptors.emplace_back(std::move(serial.write), qemu_serial_descriptor);
    command.descriptors.emplace_back(std::move(log.write), qemu_log_descriptor);
    if (start == Start::waits_for_debugger) {
        std::ranges::copy(qemu_debugger_arguments(), std::back_inserter(command.arguments));
        SocketPair debugger = SocketPair::make();
        command.descriptors.emplace_back(std::move(debugger.childs), qemu_debugger_descriptor);
        debugger_ = std::move(debugger.ours);
        gdb_reader_ = {duplicate(debugger_), [this](auto bytes) { gdb_.append(bytes); }};
    }
    process_.emplace(Process::start(std::move(command)));

    commands_ = std::move(commands.ours);
    qmp_reader_ = {std::move(answers.read), [this](auto bytes) { qmp_.append(bytes); }};
    serial_reader_ = {std::move(serial.read), [this](auto bytes) { serial_.append(bytes); }};
    log_reader_ = {std::move(log.read), [this](auto bytes) { log_.append(bytes); }};
    error_reader_ = {std::move(errors.read), [this](auto bytes) { errors_.append(bytes); }};
}

bool QemuProcess::pump(Clock::time_point deadline) {
    return read_some({&qmp_reader_, &serial_reader_, &log_reader_, &error_reader_, &gdb_reader_},
                     deadline);
}

std::optional<std::string> QemuProcess::ask(std::string_view message, Clock::time_point deadline) {
    send(commands_, message);
    std::optional<std::string> answer;
    while (!(answer = qmp_.take_answer()) && is_running() && Clock::now() < deadline) {
        pump(deadline);
    }
    return answer;
}

}  // namespace engine
