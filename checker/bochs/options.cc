#include "checker/bochs/options.h"

#include "checker/engine/request.h"
#include "checker/process/descriptor.h"
#include "checker/process/excerpt.h"
#include "checker/process/process.h"
#include "checker/process/reader.h"

namespace bochs {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t longest_help = 16384;
constexpr std::string_view option = "-debugger";

std::string help_of_bochs() {
    process::Excerpt help{longest_help, 0};
    process::Pipe output = process::Pipe::make();
    process::Command command{
        .arguments = {"bochs", "--help"},
        .environment = {"LC_ALL=C"},
        .directory = "/",
        .descriptors = {},
        .address_space = 0,
        .largest_file = 0,
        .processor_time = {},
    };
    command.descriptors.emplace_back(process::duplicate(output.write), 1);
    command.descriptors.emplace_back(std::move(output.write), 2);
    const process::Process bochs = process::Process::start(std::move(command));
    const process::Clock::time_point limit = process::Clock::now() + engine::patience;
    process::Reader reader{std::move(output.read), [&](auto bytes) { help.append(bytes); }};
    while (process::Clock::now() < limit && process::read_some({&reader}, limit)) {
    }
    return help.text();
}

}  // namespace

std::vector<std::string> debugger_options(std::string_view help) {
    return help.find(option) == std::string_view::npos ? std::vector<std::string>{}
                                                       : std::vector{std::string{option}};
}

const std::vector<std::string>& debugger_options() {
    static const std::vector<std::string> of_this_bochs = debugger_options(help_of_bochs());
    return of_this_bochs;
}

}  // namespace bochs
