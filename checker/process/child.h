#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>

#include "checker/process/process.h"

namespace process {

/// A child that has become a program, or why it could not. `pid` is 0 where there is none.
struct Child {
    pid_t pid;
    int error;  // of errno
};

/// Starts `program` with a command's descriptors, directory, limits and confinement. It dies with
/// the calling thread, and with it, if the command has a sandbox, all that it has started.
Child start_child(const Command& command, const std::string& program, char* const* arguments,
                  char* const* environment);

/// What the calling process may have of a resource, for good.
void limit(int resource, std::uint64_t value);

}  // namespace process
