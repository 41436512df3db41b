// What Bochs logs with `debug: action=ignore, cpu0=report, cpu1=report...`.
#pragma once

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

namespace bochs {

/// "exception(0x0e): error_code=000b", and what was said on the way to it.
struct LoggedException {
    std::uint64_t ticks = 0;
    std::uint8_t vector = 0;
    std::uint32_t error = 0;
    std::string reason;                // "PAE PTE: reserved bit is set 0x8000..."
    std::optional<std::uint64_t> cr2;  // page faults only
};

/// A CPU that ran on where there is no memory, which Bochs does not survive.
struct LostCpu {
    unsigned cpu = 0;
    std::uint64_t physical_address = 0;
};

/// Reads the log as it comes, in pieces that end anywhere. Memory is bounded however long it gets.
class Log {
  public:
    void append(std::string_view piece);

    /// The last exceptions of one CPU, oldest first.
    std::vector<LoggedException> exceptions(unsigned cpu) const;
    std::size_t exception_count() const { return exception_count_; }
    /// The last INITs and SIPIs that were delivered, with ticks for microseconds.
    const std::deque<evidence::SeenCommand>& seen() const { return seen_; }
    /// Whether the LAPIC of this CPU has its registers in memory: in x2APIC mode, and switched
    /// off, it has none there. Nothing where the log does not tell.
    std::optional<bool> lapic_in_memory(unsigned cpu) const { return of(cpu).lapic_in_memory; }
    /// All bytes that came.
    std::size_t total() const { return total_; }
    /// How often a CPU shut down.
    std::size_t triple_fault_count() const { return triple_faults_; }
    /// Something that only Bochs writes was found.
    bool recognized() const { return recognized_; }
    /// A CPU was in system management mode.
    bool managed_system() const { return managed_system_; }
    /// "2.7", where the log begins with it.
    const std::string& version() const { return version_; }
    /// What a CPU said at its last instruction, oldest first, that may be a reason for an
    /// exception: all there is where debug messages were not reported.
    const std::deque<std::string>& last_words(unsigned cpu) const { return of(cpu).words; }
    /// The CPU that shut down, where one did; the first, where the machine began again.
    std::optional<unsigned> triple_fault() const { return triple_fault_; }
    /// The exceptions that ended in it, oldest first, without the last, which was not delivered.
    std::vector<LoggedException> fatal_chain() const;
    /// Those that ended in the last `vector` with `error` on one CPU; empty if it had none.
    std::vector<LoggedException> chain_to(unsigned cpu, std::uint8_t vector,
                                          std::uint32_t error) const;

    std::optional<LostCpu> lost_cpu() const { return lost_cpu_; }
    /// The machine was reset after it had been switched on, and not by a triple fault: one that
    /// comes later is of another boot.
    bool reset() const { return reset_; }
    bool powered_off() const { return powered_off_; }
    /// What Bochs gave up over, where it did: ">>PANIC<< ..." of anything but a CPU.
    const std::string& panic() const { return panic_; }
    /// The last register dump of one CPU, as it stands in the log; empty without one.
    const std::string& dump(unsigned cpu) const { return of(cpu).dump; }
    /// The bytes of the instruction at `address`, linear or as RIP counts, where the log or Bochs's
    /// debugger shows it last of all; empty otherwise.
    std::vector<std::byte> code(unsigned cpu, std::uint64_t address) const;
    /// The highest number of a CPU that said anything, and one.
    unsigned cpu_count() const { return cpus_.empty() ? 0 : cpus_.rbegin()->first + 1; }

  private:
    struct Cpu {
        std::deque<LoggedException> exceptions;
        LoggedException next;  // what is known of the one that comes
        std::string dump;
        std::deque<std::string> words;
        std::uint64_t code_at = 0;
        std::string code;  // of the instruction that was shown last, in hexadecimal
        std::optional<bool> lapic_in_memory;
    };

    // One that has said nothing has nothing in it.
    const Cpu& of(unsigned number) const;
    void read_line(std::string_view line);
    void read_debugger_line(std::string_view line);
    void read_cpu_line(unsigned number, std::uint64_t ticks, std::string_view message);
    void read_lapic_line(unsigned number, std::uint64_t ticks, std::string_view message);

    process::LineSplitter lines_{2048};
    std::map<unsigned, Cpu> cpus_;
    std::deque<evidence::SeenCommand> seen_;
    std::size_t exception_count_ = 0, total_ = 0;
    std::optional<unsigned> triple_fault_;
    std::size_t triple_faults_ = 0;
    std::string version_;
    bool recognized_ = false;
    bool managed_system_ = false;
    bool began_again_ = false;  // after the triple fault: of that boot nothing is kept
    std::optional<LostCpu> lost_cpu_;
    bool reset_ = false, powered_off_ = false;
    std::string panic_;
};

}  // namespace bochs
