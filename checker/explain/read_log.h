#pragma once

#include <filesystem>
#include <iosfwd>
#include <variant>

#include "checker/bochs/log.h"
#include "checker/explain/report.h"
#include "checker/qemu/log.h"

namespace explain {

using Log = std::variant<qemu::Log, bochs::Log, Report>;

/// Reads a log of whatever size in bounded memory, and finds out who wrote it. Throws
/// checker::Error, which says what to do, for what is no such log.
Log read_log(const std::filesystem::path& file);

/// The same from a stream; `name` is what it is called in errors.
Log read_log(std::istream& stream, const std::string& name);

}  // namespace explain
