// A submission of the corpus: one text file, that says what it is, and what is to come of it.
//
//     # The far jump takes the data segment's selector.        a title; then where people met it
//     kind: wrong                                              or right, or hostile
//     qemu:  fault wrong-selector 9                            outcome, diagnosis, points
//     bochs: fault wrong-selector 9
//
//     -- real_mode.asm --
//         cli
//
// A section is the code of a student's region. What has none is as in solutions/. Headers of
// sections:
//
//     -- per_cpu.cc adopt_record --      the region in this function; or below this label
//     -- match_bsp.asm starter --        as in labs/; no code follows
//     -- match_bsp.cc whole --           the whole file
//     -- 2-gdt/gdt.cc --                 of another lab, beside the case's own
//
// #include lines that a section begins with go to the file's. The lab is the folder's; a line "lab:
// 3" names another. What is right passes in both engines, with all points, and so says no more.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "checker/evidence/evidence.h"
#include "tests/submissions/seams.h"

namespace submissions {

inline constexpr std::array both_engines{evidence::Engine::qemu, evidence::Engine::bochs};

/// What one engine alone makes of a submission. The diagnosis of what passes is "null".
struct Verdict {
    std::string outcome, diagnosis;
    unsigned points = 0;

    bool operator==(const Verdict&) const = default;
};
using Verdicts = std::map<evidence::Engine, Verdict>;

/// "fault nxe-missing 6".
std::string in_words(const Verdict& verdict);

enum class Kind { wrong, right, hostile };

struct Case {
    std::string path;
    std::string name;  // "3-not-shifted"
    std::string title;
    Kind kind = Kind::wrong;
    const lab::Lab* lab = nullptr;  // by which it is judged; the project's
    Verdicts expected;              // by the engines that are to judge it
    std::vector<Section> sections;
};

/// A line that begins a section.
bool is_header(std::string_view line);

/// Reads a case; `path` is for messages, and tells the lab. Throws std::runtime_error, with file
/// and line, for what it does not understand, and for what cannot be true: something wrong that
/// passes in both engines. One that is `unfinished` may leave out what the engines make of it.
Case parse_case(const std::string& path, std::string_view text, const Project& project,
                bool unfinished = false);

/// The seam files of its lab, and of each other lab that it has something of. Throws likewise.
Files files_of(const Case& its, const Project& project);

}  // namespace submissions
