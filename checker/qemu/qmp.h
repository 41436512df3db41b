#pragma once

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

  private:
    static constexpr std::size_t longest_line = std::size_t{4} << 20;  // registers of all CPUs

    void read_line(std::string_view line);

    process::LineSplitter lines_{longest_line};
    std::deque<std::string> answers_;
    std::optional<std::string> shutdown_reason_;
};

/// A command, which QEMU answers: "qmp_capabilities" opens the conversation, "stop" stops all CPUs.
std::string qmp_command(std::string_view command);
/// Asks for what a command of the human monitor prints, for instance "info registers -a"; of one
/// that tells about one CPU, which.
std::string qmp_monitor(std::string_view command_line, std::optional<unsigned> cpu = {});

}  // namespace qemu
