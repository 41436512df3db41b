// What grading came to, as a value: all that a report needs.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "checker/diagnosis/diagnosis.h"
#include "checker/evidence/evidence.h"
#include "checker/judgement/judgement.h"
#include "checker/lab/lab.h"

namespace grading {

/// What became of one engine's boots: the first machine's where the lab passed.
struct Run {
    evidence::Evidence evidence;
    judgement::RunVerdict verdict;
    std::optional<diagnosis::Diagnosis> diagnosis;
    bool documented = false;  // what lab.toml documents for the starter, in a lab without points
};

/// One lab of one submission.
struct LabGrade {
    lab::Lab lab;
    judgement::LabVerdict verdict;
    std::vector<Run> runs;                  // none if it did not build
    std::vector<std::string> build_errors;  // the compiler's first, one a line
    std::vector<std::string> from_starter;  // seam files that the submission does not have
    std::string checker_error;              // what kept the checker from judging
};

/// One kernel with all the labs of a submission in it, booted once each passes: before that it
/// would only stop where one of them does. It costs and earns nothing.
struct Together {
    LabGrade grade;                        // judged by the facts of all labs
    std::vector<unsigned> waits_for = {};  // labs that do not pass: then it was not tried
};

struct Grade {
    std::vector<LabGrade> labs;
    std::optional<Together> together = {};  // only where all labs were graded
};

/// The id of the diagnosis of a lab that does not build: there is nothing to boot.
inline constexpr const char* does_not_build_id = "does-not-build";

/// Judges and diagnoses what one boot left. Pure.
Run assess(const lab::Lab& lab, evidence::Evidence evidence);

/// An engine's run after that of the second machine, which is only booted where the first passed:
/// that one where it passed too, else the second. The facts are those of both, and the time. Pure.
Run after_second(Run first, Run second);

/// What a kernel with all these labs in it is judged by: every fact of each, worth nothing. Its
/// number is 0. Pure.
lab::Lab all_together(std::span<const lab::Lab> labs);

/// All runs of a lab, judged together. Pure.
LabGrade assemble(const lab::Lab& lab, std::vector<Run> runs);

/// Which of two runs tells of the cause rather than of what followed from it: the worse outcome,
/// and of one outcome the run in which the CPU that it is about came less far.
bool tells_more(const Run& one, const Run& other);

/// The lab's diagnosis: that of the run that tells most, or that it does not build. Empty where the
/// lab passed, or the checker failed.
std::optional<std::string> diagnosis_of(const LabGrade& grade);

/// What was earned, and could be. A lab that the checker itself could not judge counts in neither:
/// that is never the student's loss.
struct Points {
    unsigned earned = 0;
    unsigned possible = 0;
};
Points points(const Grade& grade);

/// No engine could judge this lab.
bool not_judged(const LabGrade& grade);

/// Every run shows what lab.toml documents for the untouched starter.
bool shows_what_the_starter_does(const LabGrade& grade);

}  // namespace grading
