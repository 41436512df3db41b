#pragma once

#include <doctest/doctest.h>
#include <fstream>
#include <iterator>
#include <string>

#include "checker/guest/machine.h"
#include "checker/guest/memory.h"
#include "checker/guest/symbols.h"

namespace fixture {

/// A file below tests/fixtures; the tests run in the project's folder.
inline std::string read(const std::string& name) {
    std::ifstream file{"tests/fixtures/" + name, std::ios::binary};
    REQUIRE_MESSAGE(file, name);
    return {std::istreambuf_iterator<char>{file}, {}};
}

/// A machine of which nothing but registers and log is known.
inline const guest::RamFile no_memory;
inline const guest::Symbols no_symbols;
inline const guest::Machine machine{no_memory, no_symbols};

}  // namespace fixture
