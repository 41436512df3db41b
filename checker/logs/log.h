// A log that somebody has of a machine of any kernel, and what it tells.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <variant>

#include "checker/bochs/log.h"
#include "checker/evidence/evidence.h"
#include "checker/guest/symbols.h"
#include "checker/logs/crash_report.h"
#include "checker/qemu/log.h"

namespace logs {

using Log = std::variant<qemu::Log, bochs::Log, CrashReport>;

/// Reads a log of whatever size in bounded memory, and finds out who wrote it. Throws
/// checker::Error, which says what to do, for what is no such log.
Log read_log(const std::filesystem::path& file);

/// The same from a stream; `name` is what it is called in errors.
Log read_log(std::istream& stream, const std::string& name);

/// The evidence of the one CPU that the log is about, with the gaps that it has. Pure, as far as
/// reading symbols is.
evidence::Evidence evidence_of(const Log& log, const guest::Symbols& symbols);

}  // namespace logs
