#pragma once

#include <filesystem>
#include <iosfwd>
#include <variant>

#include "checker/bochs/log.h"
#include "checker/logs/crash_report.h"
#include "checker/qemu/log.h"

namespace logs {

using Log = std::variant<qemu::Log, bochs::Log, CrashReport>;

/// Reads a log of whatever size in bounded memory, and finds out who wrote it. Throws
/// checker::Error, which says what to do, for what is no such log.
Log read_log(const std::filesystem::path& file);

/// The same from a stream; `name` is what it is called in errors.
Log read_log(std::istream& stream, const std::string& name);

}  // namespace logs
