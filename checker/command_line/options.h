#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "checker/evidence/evidence.h"
#include "checker/look/look.h"

namespace command_line {

enum class Command {
    grade,
    check,
    watch,
    hint,
    explain,
    cause,
    look,
    grade_class,
    take,
    grade_student
};
enum class Format { text, json, junit, gradescope };

/// What was asked for.
struct Options {
    Command command = Command::grade;
    std::optional<std::filesystem::path> project;  // else it is looked for
    std::filesystem::path submission;              // empty: the project's labs/
    std::optional<unsigned> lab;                   // else all
    std::vector<evidence::Engine> engines = {evidence::Engine::qemu, evidence::Engine::bochs};
    Format format = Format::text;
    std::filesystem::path out;   // empty: standard output
    std::filesystem::path html;  // empty: no page
    bool brief = false;          // a few lines, for who looks at them after each change
    unsigned cpus = 4;
    evidence::Way way = evidence::Way::rom;
    bool trust = false;            // build and boot a submission even where no sandbox can be made
    std::vector<unsigned> mine;    // labs whose seams are taken from labs/, beside those checked
    std::optional<unsigned> hint;  // which, from 1; else the next
    std::filesystem::path log, elf;  // to explain, instead of a lab
    std::string cause;               // an id; empty: all
    look::Place standing;            // whose way is `way`
    look::Question question;
    std::filesystem::path from;  // a class
    std::string name;            // of a student in it
    unsigned jobs = 0;           // students at a time; 0: as many as there are processors
    bool slurm = false;          // on a cluster
    bool whole_class = false;
};

/// What --engine asks for these by.
std::string word_for(const std::vector<evidence::Engine>& engines);

/// An option as whoever reads a message has typed it, with its value if there is one: "--engine
/// kvm"; under make "ENGINE=kvm".
std::string as_typed(const std::string& option, const std::string& value = {});

/// The program's exit statuses.
namespace status {

inline constexpr int done = 0;     // graded; or, of `check`, every lab passed
inline constexpr int not_yet = 1;  // of `check` only
inline constexpr int checker_error = 2;
inline constexpr int has_ended = 3;  // of a look: the machine never goes on

}  // namespace status

/// Reads the command line. Where there is nothing to do but to end (help was asked for and printed;
/// or a mistake, which was explained on standard error), returns the exit status instead.
struct Parsed {
    std::optional<Options> options;
    int status = status::done;
};
Parsed parse(int argc, const char* const* argv);

}  // namespace command_line
