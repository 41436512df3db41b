// Half-done work, made by rule: the reference of a lab as far as somebody has come who writes it
// statement by statement.
#pragma once

#include <string>
#include <vector>

#include "tests/submissions/seams.h"
#include "tests/submissions/statements.h"

namespace submissions {

/// One student region of a lab.
struct Part {
    std::string file, region;
    std::string name;  // as people call it: the file's, or the region's where a file has several
    std::size_t steps;
};

struct Prefix {
    std::vector<std::size_t> written;  // of each part, how many steps; none is the starter
    std::string name;                  // "real_mode.asm 11, start_ap.cc 2"
    std::string statement;             // the last one, or "nothing"
    Files files;
};

struct Prefixes {
    std::vector<Part> parts;
    std::vector<Prefix> all;                      // each once
    std::vector<std::vector<std::size_t>> walks;  // of indices: from nothing to all of it
};

/// Of one lab. Of several parts, one is written after the other, in every order.
Prefixes prefixes_of(const lab::Lab& lab, const Project& project, Below below);

}  // namespace submissions
