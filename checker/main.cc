#include <cstdio>
#include <exception>
#include <fmt/format.h>

#include "checker/command_line/commands.h"
#include "checker/command_line/status.h"
#include "checker/engine/bochs.h"
#include "checker/engine/qemu.h"

namespace {

evidence::Evidence boot(const grading::Boot& boot) {
    engine::Request request;
    request.way = boot.way;
    request.kernel_elf = boot.kernel_elf;
    request.iso = boot.iso;
    request.firmware = boot.firmware;
    request.source_root = boot.source_root;
    request.cpus = boot.cpus;
    return boot.engine == evidence::Engine::qemu ? engine::run_qemu(request)
                                                 : engine::run_bochs(request);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const command_line::Parsed parsed = command_line::parse(argc, argv);
        return parsed.options ? command_line::run(*parsed.options, boot) : parsed.status;
    } catch (const std::exception& error) {
        fmt::print(stderr, "sipi: {}\n", error.what());
        return command_line::status::checker_error;
    }
}
