#pragma once

#include <string>
#include <vector>

#include "checker/process/confinement.h"

namespace process {

/// What keeps a child in. A sandbox: the files of an Access are all that there is, and so are its
/// own processes; no network, no environment but what it is given, a /tmp that ends with it.
/// [bubblewrap] Landlock alone: those files, on this machine as it is.
enum class Walls { none, landlock, sandbox };

/// What there is in one.
struct Sandbox {
    Access files = {};
    bool devices = false;  // and /proc and /dev, of its own; otherwise nothing but /dev/null
};

/// This machine has bubblewrap, and lets it do its work. Tried once.
bool sandbox_is_possible();

/// The words that come before a command and put it into a sandbox.
std::vector<std::string> sandbox_words(const Sandbox& sandbox);

/// What a program of this name has to read of the machine: programs, their libraries, and the
/// headers of the system; not where people keep files.
std::vector<std::filesystem::path> needs_of(const std::string& program);

}  // namespace process
