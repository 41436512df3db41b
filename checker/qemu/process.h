#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checker/engine/boot.h"
#include "checker/process/fork_server.h"
#include "checker/process/output.h"
#include "checker/qemu/log.h"
#include "checker/qemu/talk.h"

namespace qemu {

/// The numbers under which QEMU has its descriptors. Standard input and output carry QMP.
inline constexpr int memory_descriptor = 3;
inline constexpr int serial_descriptor = 4;
inline constexpr int log_descriptor = 5;
inline constexpr int debugger_descriptor = 6;  // with debugger_arguments
inline constexpr int booted_descriptor = 7;    // the kernel, or the ISO that has it
inline constexpr int firmware_descriptor = 8;  // with Way::rom

/// How QEMU is started for a run that can be repeated, leaves everything to be looked at, and has
/// no way out of its sandbox.
std::vector<std::string> arguments(const engine::Request& request);

/// What to add for a debugger at the other end of a socket, not of a port: the machine waits for it
/// to say that it may run.
std::vector<std::string> debugger_arguments();

/// How much of its RAM QEMU's machine "pc" or "q35" has below 4 GiB, as its pc_piix.c and pc_q35.c
/// decide it.
std::uint64_t ram_below_4_gib(std::string_view machine, std::uint64_t bytes);

/// A running QEMU and everything that comes out of it. Its destructor ends QEMU.
class Process {
  public:
    /// `memory` becomes the guest's RAM. The machine waits for its debugger to let it run. Throws
    /// as process::ForkServers::copy does.
    Process(const engine::Request& request, process::Descriptor memory,
            process::ForkServers& servers);
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    /// Waits for output until the deadline, and takes what there is. False once QEMU has closed
    /// everything.
    bool pump(process::Clock::time_point deadline) {
        return process::read_some(readers_, deadline);
    }
    /// Sends a message of QMP and waits for the answer; nothing if none came in time. What else
    /// QEMU wrote before that answer has been taken afterwards.
    std::optional<std::string> ask(std::string_view message);
    /// What a command of the human monitor prints, of one CPU's if it is about one.
    std::string monitor(std::string_view command_line, std::optional<unsigned> cpu = {});

    /// Sends a packet of GDB's protocol, to a machine that stands still.
    void tell_debugger(std::string_view packet) { process::send(debugger_, packet); }
    /// The next CPU that has met a breakpoint; nothing if none has.
    std::optional<unsigned> take_stop() { return gdb_.take_stop(); }

    /// False once QEMU has ended.
    bool is_running() const { return readers_.front().is_open(); }
    std::chrono::nanoseconds processor_time() const { return copy_->processor_time(); }
    const std::optional<std::string>& shutdown_reason() const { return qmp_.shutdown_reason(); }
    bool suspended() const { return qmp_.suspended(); }
    const Log& log() const { return log_; }
    const process::Excerpt& serial() const { return serial_; }
    const process::Excerpt& errors() const { return errors_; }

  private:
    process::Excerpt serial_, errors_;
    QmpReader qmp_;
    GdbReader gdb_;
    Log log_;
    process::Descriptor commands_, debugger_;
    std::vector<process::Reader> readers_;  // the first has QMP
    std::optional<process::Copy> copy_;
};

}  // namespace qemu
