#pragma once

#include <filesystem>
#include <string>

#include "checker/causes/autopsy.h"
#include "checker/guest/symbols.h"

namespace explain {

/// Of a kernel for x86 as it was linked. Throws checker::Error, which says what to do, for a file
/// that is none: no ELF file, for another machine, an object file, a core dump.
guest::Symbols symbols_of(const std::filesystem::path& elf, const std::filesystem::path& root);

/// What the file lacks: "no symbols ..."; empty where it has both symbols and source lines.
std::string missing_in(const std::filesystem::path& elf);

/// Why the file with these symbols cannot be the kernel of the log; empty where nothing speaks
/// against it. That nothing does is no proof: another build of the same kernel may have the same
/// instruction there.
std::string misfit(const causes::Autopsy& autopsy, const guest::Symbols& symbols);

}  // namespace explain
