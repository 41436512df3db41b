#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace qemu {

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
/// stop it. A CPU that stands at a breakpoint meets it again.
std::string gdb_continue();
/// The same, but the CPU that has stopped last goes on at `address`.
std::string gdb_continue_at(std::uint64_t address);

}  // namespace qemu
