#pragma once

#include <doctest/doctest.h>
#include <fstream>
#include <iterator>
#include <string>

namespace fixture {

/// A file below tests/fixtures; the tests run in the project's folder.
inline std::string read(const std::string& name) {
    std::ifstream file{"tests/fixtures/" + name, std::ios::binary};
    REQUIRE_MESSAGE(file, name);
    return {std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace fixture
