// The folder that a class's reports go to. Each file in it is written whole or not at all, and a
// note says last that a student is done: whenever a run ends, and however, the next one goes on.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "checker/classroom/seams.h"
#include "checker/grading/grade.h"

namespace classroom {

/// Puts a file in place with one step, once all of it is on the disk. Throws checker::Error.
void write_whole(const std::filesystem::path& file, std::string_view text);

/// What a class's report tells of one student's lab.
struct LabResult {
    unsigned lab = 0, points = 0, possible = 0;
    std::string outcome, diagnosis;  // an id of the catalogue, or empty
    std::vector<std::string> lines;  // the cause first
    bool judged = true;
};

struct Result {
    std::vector<LabResult> labs;
    std::string whole;  // what became of the kernel with all labs; empty where nobody asked
    double seconds = 0, processor_seconds = 0;
};

/// How grading somebody ended. Who has a failure is tried again by the next run.
struct Note {
    std::string failure;  // of the grader itself; empty where all was judged
    std::optional<Result> result;
};

/// The sums that count: of labs that were judged.
grading::Points points(const Result& result);

class Results {
  public:
    /// Makes the folder. Throws checker::Error.
    explicit Results(std::filesystem::path out);

    std::filesystem::path out() const { return out_; }
    std::filesystem::path reports(const std::string& student) const;
    std::filesystem::path inputs(const std::string& student) const;
    /// For what is needed in between.
    std::filesystem::path work() const { return out_ / "work"; }

    /// Keeps a student's seams for whoever grades them. What was done for others is forgotten.
    void keep(const std::string& student, const Seams& seams) const;

    /// By which checker, kernel, emulators and settings results are made: those that were made by
    /// others do not count.
    void set_made_by(const std::string& text) const;
    std::string made_by() const;

    /// What is known of a student, last of all.
    void note(const std::string& student, const Note& note) const;
    /// Nothing where that is nothing, or comes from another checker.
    std::optional<Note> noted(const std::string& student) const;
    bool is_done(const std::string& student) const;

    /// Gives a student what another one has: they handed in the same.
    void copy(const std::string& from, const std::string& to) const;
    /// Removes what there is of everybody else.
    void keep_only(const std::set<std::string>& students) const;

  private:
    std::filesystem::path note_file(const std::string& student) const;

    std::filesystem::path out_;
};

}  // namespace classroom
