// What QEMU logs with `-d int,cpu_reset`.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checker/evidence/evidence.h"
#include "checker/process/output.h"
#include "checker/qemu/lapics.h"
#include "checker/qemu/logged_exception.h"

namespace qemu {

/// Reads the log as it comes, in pieces that end anywhere, and keeps what tells how a CPU died:
/// exceptions with their registers, not hardware interrupts, resets and the firmware's calls.
/// Memory is bounded however long the log gets: the first and the last exceptions are kept.
/// After the first triple fault only resets are read: they tell which CPU it was.
class Log {
  public:
    void append(std::string_view piece);

    /// Those that were kept, oldest first, of all CPUs: the log does not say which.
    std::vector<LoggedException> exceptions() const;
    std::size_t exception_count() const { return exception_count_; }
    const Lapics& lapics() const { return lapics_; }
    /// All bytes that came.
    std::size_t total() const { return total_; }
    /// CPUs that were ever reset, counted by the highest number; 0 if the log names none.
    unsigned cpu_count() const { return cpu_count_; }
    /// The log says that a CPU shut down.
    bool triple_fault() const { return triple_fault_count() != 0; }
    /// How often, as far as the log goes: a machine that is not told to stop begins again.
    std::size_t triple_fault_count() const {
        return std::max(triple_fault_lines_, triple_fault_checks_);
    }
    /// Something that only QEMU writes was found.
    bool recognized() const { return recognized_; }
    /// A CPU was in system management mode.
    bool managed_system() const { return managed_system_; }
    /// The exceptions that ended in the first triple fault, oldest first: each was met while the
    /// one before it was being delivered. Empty without a triple fault.
    std::vector<LoggedException> fatal_chain() const;
    /// Likewise those that ended in the last delivery of `vector` at an instruction; empty if there
    /// was none.
    std::vector<LoggedException> chain_to(std::uint8_t vector, std::uint64_t linear_ip) const;
    /// Each CPU as the machine's reset found it after the triple fault; empty where the log ends
    /// before. Left out are CPUs that cannot be read, and those that had been reset already: QEMU
    /// 11 logs all of them so.
    std::map<unsigned, evidence::Registers> found_by_reset() const;
    /// Whether the log has that reset.
    bool has_last_reset() const { return !found_by_reset_.empty(); }

    /// A CPU as the last interrupt found it, whichever CPU that was.
    std::optional<evidence::Registers> found_by_interrupt() const;

    /// The log has resets, and neither exceptions nor interrupts: -d cpu_reset alone, or KVM.
    bool resets_alone() const { return cpu_count_ != 0 && !interrupted_; }
    /// Then the CPUs that the last reset of each found in protected mode.
    std::map<unsigned, evidence::Registers> reset_while_running() const;

    /// The bytes of the instruction at a linear address that QEMU could not decode, where -d unimp
    /// has them; empty otherwise.
    std::vector<std::byte> undecoded(std::uint64_t linear) const;

  private:
    void read_line(std::string_view line);
    void read_check(std::string_view line);
    void read_header(std::string_view header);
    void read_reset(unsigned cpu);
    void read_dump_line(std::string_view line);
    void keep(Block block);
    void keep_unlogged();
    void read_undecoded(std::string_view line);
    Block* last_kept();

    // Whose lines come now.
    enum class Dump { none, of_exception, of_interrupt, of_reset, of_early_reset };

    struct Interrupt {
        std::uint8_t vector;
        std::string place;  // "IP=... pc=... SP=..."
        bool int_instruction = false;
    };

    process::LineSplitter lines_{1024};
    std::deque<Check> checks_;  // whose headers have not come; several CPUs may be in between
    std::optional<Interrupt> interrupt_;
    Dump dump_ = Dump::none;
    unsigned dumped_cpu_ = 0;
    std::deque<Block> first_, last_;
    std::string found_by_interrupt_;
    std::map<unsigned, std::string> found_by_reset_;
    std::map<unsigned, std::string> reset_early_;  // before the first interrupt, the last ones
    std::deque<std::pair<std::uint64_t, std::vector<std::byte>>> undecoded_;  // the last ones
    bool interrupted_ = false;
    Lapics lapics_;
    std::size_t exception_count_ = 0, total_ = 0;
    std::size_t triple_fault_lines_ = 0, triple_fault_checks_ = 0;  // each may be left out
    unsigned cpu_count_ = 0;
    bool recognized_ = false;
    bool managed_system_ = false;
};

}  // namespace qemu
