#include "checker/engine/bochs_options.h"

#include "checker/engine/descriptor.h"
#include "checker/engine/excerpt.h"
#include "checker/engine/process.h"
#include "checker/engine/reader.h"
#include "checker/engine/request.h"

namespace engine {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t longest_help = 16384;
constexpr std::string_view option = "-debugger";

std::string help_of_bochs() {
    Excerpt help{longest_help, 0};
    Pipe output = Pipe::make();
    Command command{
        .arguments = {"bochs", "--help"},
        .environment = {"LC_ALL=C"},
        .directory = "/",
        .descriptors = {},
        .address_space = 0,
        .largest_file = 0,
        .processor_time = {},
    };
    command.descriptors.emplace_back(duplicate(output.write), 1);
    command.descriptors.emplace_back(std::move(output.write), 2);
    const Process bochs = Process::start(std::move(command));
    const Clock::time_point limit = Clock::now() + patience;
    Reader reader{std::move(output.read), [&](auto bytes) { help.append(bytes); }};
    while (Clock::now() < limit && read_some({&reader}, limit)) {
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

}  // namespace engine
