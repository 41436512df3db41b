// What a submission of the corpus is to be judged as.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "checker/evidence/evidence.h"

namespace submissions {

/// A line of a file `expected`: "qemu fault nxe-missing 6". What one engine makes of it, and the
/// points that this engine alone gives; the diagnosis of what passes is "null".
struct Expected {
    evidence::Engine engine;
    std::string outcome, diagnosis;
    unsigned points;
};

/// The lines that are no comments. Throws std::runtime_error.
inline std::vector<Expected> read_expected(const std::filesystem::path& file) {
    std::vector<Expected> all;
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) {
        if (line.empty() || line.starts_with('#')) {
            continue;
        }
        std::istringstream words(line);
        std::string engine;
        Expected expected{};
        words >> engine >> expected.outcome >> expected.diagnosis >> expected.points;
        if (!words || (engine != "qemu" && engine != "bochs")) {
            throw std::runtime_error(fmt::format("{}: cannot read: {}", file.string(), line));
        }
        expected.engine = engine == "qemu" ? evidence::Engine::qemu : evidence::Engine::bochs;
        all.push_back(expected);
    }
    if (all.empty()) {
        throw std::runtime_error(fmt::format("{} says nothing", file.string()));
    }
    return all;
}

}  // namespace submissions
