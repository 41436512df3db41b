#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "checker/process/output.h"

namespace qemu {

/// The QEMU Machine Protocol, as text alone: what is said to QEMU, and the understanding of what it
/// says. Who moves the bytes is somebody else. [qmp]
class QmpReader {
  public:
    /// More bytes from QEMU. What is no JSON is dropped: QEMU 7.2 says nothing else here, and a
    /// guest cannot write to this channel.
    void append(std::string_view bytes);

    /// The next answer to a command, in order; nothing while it is outstanding. Empty text where
    /// QEMU refused the command.
    std::optional<std::string> take_answer();

    /// SHUTDOWN came, and `reason` is its reason: "guest-shutdown", "guest-reset"...
    const std::optional<std::string>& shutdown_reason() const { return shutdown_reason_; }
    /// The guest has put the machine to sleep, and nothing is there that would wake it.
    bool suspended() const { return suspended_; }

  private:
    static constexpr std::size_t longest_line = std::size_t{4} << 20;  // registers of all CPUs

    void read_line(std::string_view line);

    process::LineSplitter lines_{longest_line};
    std::deque<std::string> answers_;
    std::optional<std::string> shutdown_reason_;
    bool suspended_ = false;
};

/// A command, which QEMU answers: "qmp_capabilities" opens the conversation, "stop" stops all CPUs.
std::string qmp_command(std::string_view command);
/// Asks for what a command of the human monitor prints, for instance "info registers -a"; of one
/// that tells about one CPU, which.
std::string qmp_monitor(std::string_view command_line, std::optional<unsigned> cpu = {});

/// The remote protocol of GDB, as text alone: what is said to QEMU's stub, and the understanding of
/// what it says. Who moves the bytes is somebody else. Nothing is acknowledged: the stub takes the
/// next packet for that. [gdb E]
class GdbReader {
  public:
    /// More bytes from the stub. What is no whole packet with the right checksum is dropped.
    void append(std::string_view bytes);

    /// The next CPU that a breakpoint stopped, by number, and with it all others; nothing if none
    /// has.
    std::optional<unsigned> take_stop();

  private:
    void read_packet(std::string_view body);

    std::string partial_;
    std::deque<unsigned> stops_;
};

/// Sets, or removes, a breakpoint of every CPU's. The stub answers.
std::string gdb_set_breakpoint(std::uint64_t address);
std::string gdb_remove_breakpoint(std::uint64_t address);
/// Lets the machine run; the stub answers when it stands again, and anything said before that would
/// stop it. A CPU that stands at a breakpoint meets it again, but for the one that has stopped
/// last, where that is told to go on `at` another address.
std::string gdb_continue(std::optional<std::uint64_t> at = {});

}  // namespace qemu
