// What QEMU logs with `-d int,cpu_reset`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checker/evidence/evidence.h"
#include "checker/evidence/line_splitter.h"

namespace evidence {

/// An exception that QEMU was about to deliver.
struct LoggedException {
    std::optional<std::uint8_t> while_delivering;  // "check_exception old": met on the way to it
    std::uint8_t met = 0;                          // "new": what the CPU ran into
    std::uint8_t delivered = 0;  // what came of it: 8 where two made a double fault
    std::uint32_t error = 0;
    std::uint64_t rsp = 0;
    std::uint64_t linear_ip = 0;         // the instruction, CS base included
    std::optional<std::uint64_t> cr2;    // page faults only
    std::optional<Registers> registers;  // as the exception found them
};

/// Reads the log as it comes, in pieces that end anywhere, and keeps what tells how a CPU died:
/// exceptions with their registers, not hardware interrupts, resets and the firmware's calls.
/// Memory is bounded however long the log gets: the first and the last exceptions are kept.
class QemuLog {
  public:
    void append(std::string_view piece);

    /// Those that were kept, oldest first, of all CPUs: the log does not say which.
    std::vector<LoggedException> exceptions() const;
    std::size_t exception_count() const { return exception_count_; }
    /// The CPU that was reset last, for instance by an INIT: CPU 0 if none.
    unsigned last_reset() const { return last_reset_; }
    /// The log says that a CPU shut down.
    bool triple_fault() const { return triple_fault_; }
    /// The exceptions that ended in it, oldest first: each was met while the one before it was
    /// being delivered. Empty without a triple fault.
    std::vector<LoggedException> fatal_chain() const;
    /// Likewise those that ended in the last delivery of `vector` at an instruction; empty if there
    /// was none.
    std::vector<LoggedException> chain_to(std::uint8_t vector, std::uint64_t linear_ip) const;

  private:
    // One exception as text, parsed only when asked for.
    struct Block {
        std::string check;   // "check_exception old: 0xe new 0xd"; empty for INT3
        std::string header;  // "v=08 e=0000 i=0 cpl=0 IP=..."
        std::string dump;
    };

    static LoggedException parse(const Block& block);
    void read_line(std::string_view line);
    void begin_block(std::string_view header);

    LineSplitter lines_{1024};
    std::string check_;
    bool in_block_ = false;
    std::deque<Block> first_, last_;
    std::size_t exception_count_ = 0;
    unsigned last_reset_ = 0;
    bool triple_fault_ = false;
};

}  // namespace evidence
