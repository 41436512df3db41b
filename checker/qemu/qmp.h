#pragma once

#include <deque>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
    bool guest_panicked() const { return guest_panicked_; }

  private:
    void read_line(std::string_view line);

    std::string partial_;
    std::deque<std::string> answers_;
    std::optional<std::string> shutdown_reason_;
    bool guest_panicked_ = false;
};

/// Opens the conversation; QEMU answers.
std::string qmp_hello();
/// Stops all CPUs; QEMU answers.
std::string qmp_stop();
/// Asks for what a command of the human monitor prints, for instance "info registers -a".
std::string qmp_monitor(std::string_view command_line);
/// The same, of a command that tells about one CPU.
std::string qmp_monitor(std::string_view command_line, unsigned cpu);

}  // namespace qemu
