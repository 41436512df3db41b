#include "checker/bochs/process.h"

#include <algorithm>
#include <csignal>
#include <fmt/format.h>
#include <iterator>

#include "checker/bochs/config.h"
#include "checker/bochs/images.h"
#include "checker/bochs/options.h"

namespace bochs {

namespace {

constexpr std::uint64_t bochs_own_memory = std::uint64_t{2} << 30;  // mostly address space
constexpr std::size_t option_rom_unit = 512;
constexpr std::size_t output_limit = std::size_t{16} << 20;

}  // namespace

Process::Process(const engine::Request& request, const guest::Symbols& symbols)
    : serial_(request.serial_limit / 2, request.serial_limit / 2),
      errors_(engine::error_limit / 2, engine::error_limit / 2) {
    const bool by_rom = request.way == evidence::Way::rom;
    std::vector<process::Descriptor> images =
        by_rom ? bochs::images(symbols) : std::vector<process::Descriptor>{};
    process::Descriptor config = process::anonymous_memory(0);
    process::replace_text(config, bochs::config(request, images.size()));
    process::SocketPair commands = process::SocketPair::make();
    process::Pipe output = process::Pipe::make();
    process::Pipe serial = process::Pipe::make();
    process::Pipe log = process::Pipe::make();
    process::Pipe errors = process::Pipe::make();
    process::Command command{
        .arguments = {"bochs", "-q", "-f", process::path_of(config_descriptor)},
        .environment = {"LC_ALL=C", "TERM=xterm"},
        .directory = "/",
        .descriptors = {},
        .address_space = (std::uint64_t{request.memory_mib} << 20) + bochs_own_memory,
        .largest_file = 0,
        .processor_time = {},
    };
    std::ranges::copy(debugger_options(), std::back_inserter(command.arguments));
    command.descriptors.emplace_back(std::move(commands.childs), 0);
    command.descriptors.emplace_back(std::move(output.write), 1);
    command.descriptors.emplace_back(std::move(errors.write), 2);
    command.descriptors.emplace_back(std::move(serial.write), serial_descriptor);
    command.descriptors.emplace_back(std::move(log.write), log_descriptor);
    command.descriptors.emplace_back(std::move(config), config_descriptor);
    command.descriptors.emplace_back(process::duplicate(batch_), batch_descriptor);
    command.descriptors.emplace_back(process::open_file(by_rom ? request.firmware : request.iso),
                                     by_rom ? rom_descriptor : iso_descriptor);
    if (by_rom) {
        command.descriptors.emplace_back(process::anonymous_memory(option_rom_unit),
                                         vga_descriptor);
    }
    for (std::size_t i = 0; i < images.size(); ++i) {
        command.descriptors.emplace_back(std::move(images[i]),
                                         image_descriptor + static_cast<int>(i));
    }
    process_.emplace(process::Process::start(std::move(command)));

    commands_ = std::move(commands.ours);
    output_reader_ = {std::move(output.read), [this](auto bytes) { take_output(bytes); }};
    serial_reader_ = {std::move(serial.read), [this](auto bytes) { serial_.append(bytes); }};
    log_reader_ = {std::move(log.read), [this](auto bytes) { log_.append(bytes); }};
    error_reader_ = {std::move(errors.read), [this](auto bytes) { errors_.append(bytes); }};
}

// The debugger numbers its prompts, "<bochs:1> ", from 1 on.
void Process::take_output(std::string_view bytes) {
    if (output_.size() < output_limit) {
        output_ += bytes;
    }
    for (;;) {
        const std::string prompt = fmt::format("<bochs:{}> ", prompts_ + 1);
        const std::size_t at = output_.find(prompt, searched_);
        if (at == std::string::npos) {
            // The end may be the beginning of a prompt.
            searched_ = output_.size() - std::min(output_.size(), prompt.size());
            return;
        }
        ++prompts_;
        searched_ = at + prompt.size();
    }
}

bool Process::pump(process::Clock::time_point deadline) {
    return process::read_some({&output_reader_, &serial_reader_, &log_reader_, &error_reader_},
                              deadline);
}

void Process::command(std::string_view line) {
    output_.clear();
    searched_ = 0;
    ++commands_given_;
    process::send(commands_, fmt::format("{}\n", line));
}

// From a file the debugger reads a whole line at once, from its prompt each letter by itself.
std::optional<std::string> Process::ask(std::string_view lines,
                                        process::Clock::time_point deadline) {
    process::replace_text(batch_, lines);
    command(fmt::format("source {}", process::path_of(batch_descriptor)));
    return wait_for_prompt(deadline) ? std::optional{output_} : std::nullopt;
}

bool Process::wait_for_prompt(process::Clock::time_point deadline) {
    while (!at_prompt() && is_running() && process::Clock::now() < deadline) {
        pump(deadline);
    }
    return at_prompt();
}

void Process::interrupt() {
    process_->signal(SIGINT);
}

}  // namespace bochs
