#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checker/bochs/log.h"
#include "checker/engine/boot.h"
#include "checker/guest/memory.h"
#include "checker/guest/symbols.h"
#include "checker/process/descriptor.h"
#include "checker/process/fork_server.h"
#include "checker/process/output.h"

namespace bochs {

/// The number under which Bochs has its log.
inline constexpr int log_descriptor = 4;

/// Instructions in a second of the guest's. The fewer, the sooner a wait is over.
inline constexpr unsigned ips = 1'000'000;

/// The CPU that config asks for.
inline constexpr guest::CpuModel cpu_model{.physical_bits = 39};

/// The configuration of a run, in bochsrc's language.
std::string config(const engine::Request& request);

/// What a Bochs has to be started with beside its configuration, by what it says to `--help`. Since
/// 3.0 its debugger waits to be asked for, and since 2.7 its HPET, which writes by itself to any
/// address, can be left out; an older one refuses either.
std::vector<std::string> options_for(std::string_view help);

/// Why Bochs ended by itself, by its log and what it wrote beside.
std::string why_it_ended(const Log& log, std::string_view errors);

/// A running Bochs at, or on its way to, the prompt of its debugger. Its destructor ends Bochs.
class Process {
  public:
    /// `symbols` has the kernel that goes into its memory, with Way::rom. Throws as
    /// process::ForkServers::copy does.
    Process(const engine::Request& request, const guest::Symbols& symbols,
            process::ForkServers& servers);
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    /// Gives the debugger a command. at_prompt() is then false until it has been carried out.
    void command(std::string_view line);
    bool at_prompt() const { return prompts_ > commands_given_; }
    /// Waits for the prompt; false if it does not come in time.
    bool wait_for_prompt(process::Clock::time_point deadline);
    /// At the prompt: gives commands, each with a line end, and waits for what they print; nothing
    /// if it did not come in time.
    std::optional<std::string> ask(std::string_view lines,
                                   process::Clock::time_point deadline = process::Clock::now() +
                                                                         engine::patience);
    /// What the debugger has printed since it was given the last command.
    const std::string& said() const { return output_; }
    /// Makes the debugger stop the machine and prompt.
    void interrupt();

    /// Waits for output until the deadline, and takes what there is. False once Bochs has closed
    /// everything.
    bool pump(process::Clock::time_point deadline);
    /// False once Bochs has ended.
    bool is_running() const { return readers_.front().is_open(); }
    std::chrono::nanoseconds processor_time() const { return copy_->processor_time(); }

    const bochs::Log& log() const { return log_; }
    const process::Excerpt& serial() const { return serial_; }
    const process::Excerpt& errors() const { return errors_; }

  private:
    void take_output(std::string_view bytes);

    process::Descriptor batch_ = process::anonymous_memory(0);  // the commands of one question
    process::Excerpt serial_, errors_;
    bochs::Log log_;
    std::string output_;  // of the debugger, since the last command
    std::size_t commands_given_ = 0, prompts_ = 0;
    std::size_t searched_ = 0;  // how far output_ has been searched for prompts
    process::Descriptor commands_;
    std::vector<process::Reader> readers_;  // the first has the debugger's output
    std::optional<process::Copy> copy_;
};

}  // namespace bochs
