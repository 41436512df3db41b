#pragma once

#include <filesystem>
#include <iosfwd>
#include <variant>

#include "checker/evidence/bochs_log.h"
#include "checker/evidence/qemu_log.h"

namespace explain {

using Log = std::variant<evidence::QemuLog, evidence::BochsLog>;

/// Reads a log of whatever size in bounded memory, and finds out which engine wrote it. Throws
/// checker::Error, which says what to do, for what is no such log.
Log read_log(const std::filesystem::path& file);

/// The same from a stream; `name` is what it is called in errors.
Log read_log(std::istream& stream, const std::string& name);

}  // namespace explain
