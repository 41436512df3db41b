// One CPU's state as others report it who keep no log of exceptions: KVM, firmware, VirtualBox.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checker/evidence/evidence.h"
#include "checker/process/output.h"

namespace logs {

/// Reads a report among other text, which comes in pieces that end anywhere. Memory is bounded; of
/// several reports it is the first.
class CrashReport {
  public:
    void append(std::string_view piece);

    /// Something that begins such a report was found.
    bool recognized() const { return by_.has_value(); }
    evidence::Reporter by() const { return *by_; }
    /// The line that it began with, and what else was said before the registers.
    const std::string& said() const { return said_; }
    /// VirtualBox says that the guest shut down.
    bool triple_fault() const;
    /// The CPU: its number, or what firmware calls its APIC ID.
    std::optional<unsigned> cpu() const;
    /// What firmware's handler was called for; no registers in it.
    std::optional<evidence::Exception> exception() const;
    /// Nothing where they are cut off.
    std::optional<evidence::Registers> registers() const;
    /// The bytes from RIP on, where KVM's report has them.
    std::vector<std::byte> code() const;

  private:
    void read_line(std::string_view line);

    process::LineSplitter lines_{2048};
    std::optional<evidence::Reporter> by_;
    std::string said_;
    std::string text_;       // the lines of the state
    bool in_state_ = false;  // they come now; VirtualBox writes other things first, and after
};

}  // namespace logs
