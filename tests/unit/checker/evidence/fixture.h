#pragma once

#include <doctest/doctest.h>
#include <fstream>
#include <iterator>
#include <string>

#include "checker/evidence/guest_memory.h"
#include "checker/evidence/machine.h"
#include "checker/evidence/symbols.h"

namespace fixture {

/// A file below tests/fixtures; the tests run in the project's folder.
inline std::string read(const std::string& name) {
    std::ifstream file{"tests/fixtures/" + name, std::ios::binary};
    REQUIRE_MESSAGE(file, name);
    return {std::istreambuf_iterator<char>{file}, {}};
}

/// A machine of which nothing but registers and log is known.
inline const evidence::NoMemory no_memory;
inline const evidence::Symbols no_symbols;
inline const evidence::Machine machine{no_memory, no_symbols};

}  // namespace fixture
