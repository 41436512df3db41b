#include <cstdio>
#include <exception>
#include <fmt/format.h>

#include "checker/boot.h"
#include "checker/command_line/commands.h"

int main(int argc, char** argv) {
    try {
        const command_line::Parsed parsed = command_line::parse(argc, argv);
        return parsed.options ? command_line::run(*parsed.options, checker::boot) : parsed.status;
    } catch (const std::exception& error) {
        fmt::print(stderr, "sipi: {}\n", error.what());
        return command_line::status::checker_error;
    }
}
