// Processes as the tests start them.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "checker/process/process.h"

namespace {

using namespace std::chrono_literals;
using process::Clock;
using process::Command;
using process::Pipe;
using process::Process;

inline Command shell(const std::string& script) {
    return {
        .arguments = {"sh", "-c", script}, .environment = {}, .directory = {}, .descriptors = {}};
}

// A running process, what it has written so far, and where that is read.
struct Running {
    std::string output;
    process::Reader reader;
    Process process;

    static std::unique_ptr<Running> start(Command command) {
        Pipe pipe = Pipe::make();
        command.descriptors.emplace_back(std::move(pipe.write), 1);
        std::unique_ptr<Running> running{new Running{{}, {}, Process::start(std::move(command))}};
        running->reader = {std::move(pipe.read),
                           [text = &running->output](auto bytes) { text->append(bytes); }};
        return running;
    }
    // Everything, until the last one who could write has ended or the time is over.
    const std::string& read_all() {
        const auto limit = Clock::now() + 10s;
        while (Clock::now() < limit && process::read_some({&reader, 1}, limit)) {
        }
        return output;
    }
};

}  // namespace
