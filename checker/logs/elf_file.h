#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "checker/evidence/evidence.h"
#include "checker/guest/symbols.h"

namespace logs {

/// Of a kernel for x86 as it was linked. Throws checker::Error, which says what to do, for a file
/// that is none: no ELF file, for another machine, an object file, a core dump.
guest::Symbols symbols_of(const std::filesystem::path& elf, const std::filesystem::path& root);

/// What the file lacks: "no symbols ..."; empty where it has both symbols and source lines.
std::string missing_in(const std::filesystem::path& elf);

/// Why the file with these symbols cannot be the kernel of the log; empty where nothing speaks
/// against it. That nothing does is no proof: another build of the same kernel may have the same
/// instruction there.
std::string misfit(const evidence::Evidence& evidence, const guest::Symbols& symbols);

/// The instruction at a linear address, as it was linked: there, or where code lies that was loaded
/// at that address and linked for another. Without registers it is not disassembled.
evidence::Location place(const guest::Symbols& symbols, std::uint64_t linear,
                         const std::optional<evidence::Registers>& registers);

/// The instruction that stands right before `where` in the ELF file writes a control register.
bool after_control_register(const guest::Symbols& symbols, std::uint64_t linear);

}  // namespace logs
