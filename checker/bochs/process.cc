#include "checker/bochs/process.h"

#include <algorithm>
#include <csignal>
#include <fmt/format.h>
#include <iterator>
#include <thread>

#include "checker/bochs/config.h"

namespace bochs {

namespace {

constexpr std::uint64_t own_memory = std::uint64_t{2} << 30;  // mostly address space
constexpr std::size_t option_rom_unit = 512;
constexpr std::size_t output_limit = std::size_t{16} << 20;
// Bochs writes each line of its log by itself; what follows in this time is read at once.
constexpr auto gathering = std::chrono::microseconds{100};

// Those of one name can be copied for one another's boots.
std::string name_of(const engine::Request& request) {
    const bool by_iso = request.way == evidence::Way::iso;
    return fmt::format("bochs {} {}\n{}", request.sandboxed, by_iso ? request.iso.string() : "",
                       config(request));
}

// It fills tables of some 80 MB, which come sooner in large pages. And it compares each name of its
// state with all before it: of glibc's ways to compare, the plain one is the fastest for such short
// ones.
process::ForkServers::Original original(const engine::Request& request) {
    process::Command command{
        .arguments = {"bochs", "-q", "-f", process::path_of(config_descriptor)},
        .environment = {"LC_ALL=C", "TERM=xterm",
                        "GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-SSE4_2:glibc.malloc.hugetlb=1"},
        .directory = "/",
        .address_space = (std::uint64_t{request.memory_mib} << 20) + own_memory,
    };
    if (request.sandboxed)
        command.sandbox = engine::sandbox_for(command.arguments[0]);
    std::ranges::copy(debugger_options(), std::back_inserter(command.arguments));
    const auto give = [&](process::Descriptor descriptor, int number) {
        command.descriptors.emplace_back(std::move(descriptor), number);
    };
    give(process::anonymous_memory(0), config_descriptor);
    process::replace_text(command.descriptors.back().first, config(request));
    if (request.way == evidence::Way::rom) {
        give(process::open_file(request.firmware), rom_descriptor);
        give(process::anonymous_memory(option_rom_unit), vga_descriptor);
        for (int i = 0; i < most_images; ++i)
            give(process::anonymous_memory(image_size), image_descriptor + i);
    } else {
        give(process::open_file(request.iso), iso_descriptor);
    }
    return {std::move(command), false};
}

}  // namespace

Process::Process(const engine::Request& request, const guest::Symbols& symbols,
                 process::ForkServers& servers)
    : serial_(request.serial_limit / 2, request.serial_limit / 2),
      errors_(engine::error_limit / 2, engine::error_limit / 2) {
    process::Given given;
    const auto read_from = [&](int number, process::Reader::Sink sink) {
        readers_.push_back(process::read_from(given, number, std::move(sink)));
    };
    process::SocketPair commands = process::SocketPair::make();
    commands_ = std::move(commands.ours);
    given.emplace_back(std::move(commands.childs), 0);
    read_from(1, [this](auto bytes) { take_output(bytes); });
    read_from(2, [this](auto bytes) { errors_.append(bytes); });
    read_from(serial_descriptor, [this](auto bytes) { serial_.append(bytes); });
    read_from(log_descriptor, [this](auto bytes) { log_.append(bytes); });
    given.emplace_back(duplicate(batch_), batch_descriptor);
    if (request.way == evidence::Way::rom) {
        given.emplace_back(process::open_file(request.firmware), rom_descriptor);
        for (int i = 0; process::Descriptor & image : images(symbols))
            given.emplace_back(std::move(image), image_descriptor + i++);
    } else {
        given.emplace_back(process::open_file(request.iso), iso_descriptor);
    }
    copy_.emplace(servers.copy(
        name_of(request), [&] { return original(request); }, {}, given));
    log_.append(copy_->written_before().at(log_descriptor));
}

// The debugger numbers its prompts, "<bochs:1> ", from 1 on.
void Process::take_output(std::string_view bytes) {
    if (output_.size() < output_limit)
        output_ += bytes;
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

void Process::command(std::string_view line) {
    output_.clear();
    searched_ = 0;
    ++commands_given_;
    process::send(commands_, fmt::format("{}\n", line));
}

// From a file the debugger takes all lines before it prompts again.
std::optional<std::string> Process::ask(std::string_view lines,
                                        process::Clock::time_point deadline) {
    process::replace_text(batch_, lines);
    command(fmt::format("source {}", process::path_of(batch_descriptor)));
    return wait_for_prompt(deadline) ? std::optional{output_} : std::nullopt;
}

bool Process::wait_for_prompt(process::Clock::time_point deadline) {
    while (!at_prompt() && is_running() && process::Clock::now() < deadline)
        pump(deadline);
    return at_prompt();
}

bool Process::pump(process::Clock::time_point deadline) {
    const bool open = process::read_some(readers_, deadline);
    std::this_thread::sleep_for(gathering);
    return open;
}

std::string why_it_ended(const Log& log, std::string_view errors) {
    if (!log.panic().empty())
        return fmt::format("Bochs gave up: {}", log.panic());
    const auto message = process::after(errors, "exiting with the following message:\n");
    return fmt::format("Bochs ended by itself: {}",
                       message ? message->substr(0, message->find('\n')) : errors);
}

void Process::interrupt() {
    copy_->signal(SIGINT);
}

}  // namespace bochs
