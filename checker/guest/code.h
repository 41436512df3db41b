#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "checker/evidence/evidence.h"

namespace guest {

inline constexpr std::size_t longest_instruction = 15;  // bytes [sdm2 2.3.11]

/// How a CPU reads code.
enum class CodeSize { bits16, bits32, bits64 };

/// As this CPU would read it.
CodeSize code_size(const evidence::Registers& registers);

/// The linear address of the instruction that is next: RIP, in 16- and 32-bit code with the base of
/// CS.
std::uint64_t linear_rip(const evidence::Registers& registers);

/// What an instruction does to the flow of control.
enum class Flow { on, jump, branch, call, elsewhere };

struct Step {
    std::size_t length = 0;
    Flow flow = Flow::on;
    std::optional<std::uint64_t> target;  // that stands in it; of a far jump the offset
    std::optional<std::uint64_t> reads;   // an address of memory that stands in it
};

/// The instruction at the start of `code`, which lies at `address`, taken for what it does next;
/// nothing if it is none. Addresses are linear.
std::optional<Step> step(std::span<const std::byte> code, std::uint64_t address, CodeSize size);

struct MemoryUse {
    std::uint64_t address = 0;  // linear
    std::uint64_t size = 0;     // in bytes
};

/// The memory that an instruction names, with these registers; nothing if it
/// is none, or uses memory in a way that does not stand in it: the stack, a table, FS or GS.
std::optional<std::vector<MemoryUse>> memory_used(std::span<const std::byte> code,
                                                  std::uint64_t address,
                                                  const evidence::Registers& registers);

/// Writes down which instruction is at a place, as a CPU with these registers reads `code`, and
/// what it takes for an address there that is none. No code: nothing.
void read_instruction(evidence::Location& place, std::span<const std::byte> code,
                      const evidence::Registers& registers);

/// The length in bytes of the instruction at the start of `code`; 0 if it is none.
std::size_t instruction_length(std::span<const std::byte> code, CodeSize size);

/// The instruction at the start of `code`, which lies at `address`, in Intel's syntax; empty if it
/// is none.
std::string disassemble(std::span<const std::byte> code, std::uint64_t address, CodeSize size);

}  // namespace guest
