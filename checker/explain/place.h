#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "checker/evidence/evidence.h"
#include "checker/guest/symbols.h"

namespace explain {

/// The instruction at a linear address, as it was linked: there, or where code lies that was loaded
/// at that address and linked for another. Without registers it is not disassembled.
evidence::Location place(const guest::Symbols& symbols, std::uint64_t linear,
                         const std::optional<evidence::Registers>& registers);

/// The bytes that the file has for the instruction at a linear address, likewise; empty where it
/// has none.
std::span<const std::byte> code_at(const guest::Symbols& symbols, std::uint64_t linear);

/// The instruction that stands right before `where` in the ELF file writes a control register.
bool after_control_register(const guest::Symbols& symbols, std::uint64_t linear);

}  // namespace explain
