#include <csignal>
#include <cstdio>
#include <exception>
#include <fmt/format.h>

#include "checker/boot.h"
#include "checker/command_line/commands.h"

int main(int argc, char** argv) {
    // Who has it ignored, as whoever started this may, is not told how children end.
    std::signal(SIGCHLD, SIG_DFL);
    try {
        const command_line::Parsed parsed = command_line::parse(argc, argv);
        if (!parsed.options)
            return parsed.status;
        checker::Engines engines;
        return command_line::run(*parsed.options,
                                 [&](evidence::Engine engine, const auto& request) {
                                     return engines.boot(engine, request);
                                 });
    } catch (const std::exception& error) {
        fmt::print(stderr, "sipi: {}\n", error.what());
        return command_line::status::checker_error;
    }
}
