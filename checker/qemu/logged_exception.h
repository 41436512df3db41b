// One exception in QEMU's log, and how several make a chain.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checker/evidence/evidence.h"
#include "x86/exception.h"

namespace qemu {

/// The vectors that decide what becomes of several: numbers, since a log has any.
constexpr auto breakpoint = static_cast<std::uint8_t>(x86::ExceptionVector::breakpoint);
constexpr auto double_fault = static_cast<std::uint8_t>(x86::ExceptionVector::double_fault);
constexpr auto stack_segment_fault =
    static_cast<std::uint8_t>(x86::ExceptionVector::stack_segment_fault);
constexpr auto page_fault = static_cast<std::uint8_t>(x86::ExceptionVector::page_fault);

/// An exception that QEMU was about to deliver.
struct LoggedException {
    std::optional<std::uint8_t> while_delivering;  // "check_exception old": met on the way to it
    std::uint8_t met = 0;                          // "new": what the CPU ran into
    std::uint8_t delivered = 0;  // what came of it: 8 where two made a double fault
    std::uint32_t error = 0;
    bool has_error = true;  // it is in the log
    std::uint64_t rsp = 0;
    std::uint64_t linear_ip = 0;                   // the instruction, CS base included
    std::optional<std::uint64_t> cr2;              // page faults only
    std::optional<evidence::Registers> registers;  // as the exception found them
    std::optional<std::uint8_t> interrupt;         // logged right before, at the same place
    bool int_instruction = false;                  // and that was an INT n
    unsigned cpl = 0;
    bool header = true;     // false: only what was met is known, as in real mode
    bool by_check = false;  // all that is known of its place stood in the check
};

/// Cuts "check_exception old: 0xe new 0xd" apart.
struct Check {
    std::optional<std::uint8_t> old;
    std::uint8_t met = 0;
    std::string place = {};  // " pc=... CR2=...", where the check has it: some QEMUs are changed so

    static std::optional<Check> parse(std::string_view line);
    /// What QEMU delivers then: 8 where the two make a double fault. [sdm3 6.15]
    std::uint8_t delivered() const;
};

/// One exception as text, parsed only when asked for.
struct Block {
    std::optional<Check> check;  // none for INT3
    std::string header;          // "v=08 e=0000 i=0 cpl=0 IP=..."; empty in real mode
    std::string dump;
    std::optional<std::uint8_t> interrupt;
    bool int_instruction = false;
};

/// Parses them all. Where two CPUs were logged at once, dumps have changed places: each is given to
/// the block that it belongs to.
std::vector<LoggedException> parse_blocks(const std::vector<const Block*>& blocks);

/// Delivering an exception or an interrupt failed with `second`.
bool failed_delivery(const LoggedException& second);

/// Of all these, those that ended in the last one, oldest first: each was met while the one before
/// it was being delivered. Exceptions of other CPUs may stand between them.
std::vector<LoggedException> chain_to_last_of(const std::vector<LoggedException>& all);

}  // namespace qemu
