#include "checker/engine/bochs_process.h"

#include <algorithm>
#include <csignal>
#include <fmt/format.h>
#include <iterator>

#include "checker/engine/bochs_config.h"
#include "checker/engine/bochs_images.h"
#include "checker/engine/bochs_options.h"

namespace engine {

namespace {

constexpr std::uint64_t bochs_own_memory = std::uint64_t{2} << 30;  // mostly address space
constexpr std::size_t option_rom_unit = 512;
constexpr std::size_t output_limit = std::size_t{16} << 20;

}  // namespace

BochsProcess::BochsProcess(const Request& request, const evidence::Symbols& symbols)
    : serial_(request.serial_limit / 2, request.serial_limit / 2),
      errors_(error_limit / 2, error_limit / 2) {
    const bool by_rom = request.way == evidence::Way::rom;
    std::vector<Descriptor> images = by_rom ? bochs_images(symbols) : std::vector<Descriptor>{};
    Descriptor config = anonymous_memory(0);
    replace_text(config, bochs_config(request, images.size()));
    SocketPair commands = SocketPair::make();
    Pipe output = Pipe::make();
    Pipe serial = Pipe::make();
    Pipe log = Pipe::make();
    Pipe errors = Pipe::make();
    Command command{
        .arguments = {"bochs", "-q", "-f", path_of(bochs_config_descriptor)},
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
    command.descriptors.emplace_back(std::move(serial.write), bochs_serial_descriptor);
    command.descriptors.emplace_back(std::move(log.write), bochs_log_descriptor);
    command.descriptors.emplace_back(std::move(config), bochs_config_descriptor);
    command.descriptors.emplace_back(duplicate(batch_), bochs_batch_descriptor);
    command.descriptors.emplace_back(open_file(by_rom ? request.firmware : request.iso),
                                     by_rom ? bochs_rom_descriptor : bochs_iso_descriptor);
    if (by_rom) {
        command.descriptors.emplace_back(anonymous_memory(option_rom_unit), bochs_vga_descriptor);
    }
    for (std::size_t i = 0; i < images.size(); ++i) {
        command.descriptors.emplace_back(std::move(images[i]),
                                         bochs_image_descriptor + static_cast<int>(i));
    }
    process_.emplace(Process::start(std::move(command)));

    commands_ = std::move(commands.ours);
    output_reader_ = {std::move(output.read), [this](auto bytes) { take_output(bytes); }};
    serial_reader_ = {std::move(serial.read), [this](auto bytes) { serial_.append(bytes); }};
    log_reader_ = {std::move(log.read), [this](auto bytes) { log_.append(bytes); }};
    error_reader_ = {std::move(errors.read), [this](auto bytes) { errors_.append(bytes); }};
}

// The debugger numbers its prompts, "<bochs:1> ", from 1 on.
void BochsProcess::take_output(std::string_view bytes) {
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

bool BochsProcess::pump(Clock::time_point deadline) {
    return read_some({&output_reader_, &serial_reader_, &log_reader_, &error_reader_}, deadline);
}

void BochsProcess::command(std::string_view line) {
    output_.clear();
    searched_ = 0;
    ++commands_given_;
    send(commands_, fmt::format("{}\n", line));
}

// From a file the debugger reads a whole line at once, from its prompt each letter by itself.
std::optional<std::string> BochsProcess::ask(std::string_view lines, Clock::time_point deadline) {
    replace_text(batch_, lines);
    command(fmt::format("source {}", path_of(bochs_batch_descriptor)));
    return wait_for_prompt(deadline) ? std::optional{output_} : std::nullopt;
}

bool BochsProcess::wait_for_prompt(Clock::time_point deadline) {
    while (!at_prompt() && is_running() && Clock::now() < deadline) {
        pump(deadline);
    }
    return at_prompt();
}

void BochsProcess::interrupt() {
    process_->signal(SIGINT);
}

}  // namespace engine
