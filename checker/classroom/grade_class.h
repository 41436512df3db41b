#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "checker/classroom/classroom.h"
#include "checker/classroom/graders.h"
#include "checker/grading/grader.h"
#include "checker/process/walls.h"

namespace classroom {

/// Of a class that is to be graded: what does not depend on the student.
struct Assignment {
    std::filesystem::path project, from, out;
    std::vector<lab::Lab> labs;
    GradeCommand take;    // collects what one handed in: the program, and arguments but for names
    GradeCommand grade;   // grades one
    std::string made_by;  // checker, kernel, emulators, settings: what a result depends on
    unsigned jobs = 1;
    process::Walls walls = process::Walls::sandbox;  // around who reads archives
    bool slurm = false;
};

/// What `doing` says while hand-ins are read; after that it is who has just been graded.
inline constexpr std::string_view reading = "read";

/// What a person who waits is told.
struct Watcher {
    std::function<void(std::size_t done, std::size_t all, const std::string& doing)> progress;
    std::function<void(const std::string& line)> say;
};

/// Grades the class, or what an earlier run has left of it, and writes all reports. Throws
/// checker::Error for what keeps it from that; then nothing is lost of what is done.
Class grade_class(const Assignment& assignment, const Watcher& watcher);

/// Sorts what one has handed in, and writes it below `into`, or the reason why not to
/// `into`.reason. For a process of its own: an archive may be made to break who reads it.
void take_one(const std::filesystem::path& handed_in, std::span<const lab::Lab> labs,
              const std::filesystem::path& into);

/// Grades what Results::inputs() has of a student, by `request` but for the submission, and writes
/// the three reports and the note. Nothing in them tells how long anything took: the same
/// submission has the same reports, byte for byte. For a process of its own, which whoever breaks
/// the grader breaks alone. Throws checker::Error where it cannot write.
void grade_one(const std::string& student, const Results& results, grading::Request request,
               std::span<const lab::Lab> labs, bool together, const grading::BootFunction& boot);

}  // namespace classroom
