// The reports that a person reads at a terminal.
#pragma once

#include <string>

#include "checker/diagnosis/diagnosis.h"
#include "checker/grading/grade.h"
#include "checker/report/layout.h"

namespace report {

/// What shows it, below each other.
std::string exhibits(const diagnosis::Diagnosis& found, const Style& style);

/// A diagnosis: the cause, what shows it, why, what to do.
std::string explanation(const diagnosis::Diagnosis& found, const Style& style);

/// One lab: the outcome, what each fact earns, the cause, what shows it, what to do, and where the
/// engines differ.
std::string text(const grading::LabGrade& grade, const Style& style);

/// The same in a few lines, for who looks at it after each change: the outcome, what was not
/// earned, the cause, where, and what to do.
std::string in_short(const grading::LabGrade& grade, const Style& style);

/// What is left to say where `first` was shown, by one engine, and all are done: that the others
/// agree, or what `all_of_it` says of all engines.
std::string second_opinion(const grading::LabGrade& grade, const grading::LabGrade& first,
                           const std::string& all_of_it, const Style& style);

/// The same as text() without points and what earns them: how it came out, and why.
std::string autopsy(const grading::LabGrade& grade, const Style& style);

/// "Lab 5  Title  fault  0 of 20": what progress says of a lab that is done.
std::string one_line(const grading::LabGrade& grade, const Style& style);

/// All labs: a few lines for each, the cause first; then the kernel with all of them; then the
/// points.
std::string overview(const grading::Grade& grade, const Style& style);

/// "16 of 20 points", and how many labs could not be judged.
std::string points(const grading::Grade& grade, const Style& style);

/// Each lab's own report, and in the end one line for each, for a student who asks about all.
std::string every_report(const grading::Grade& grade, const Style& style);

/// Somebody's log, whatever kernel it is of: what the log and the ELF file are called; no ELF file
/// where that is empty.
struct Sources {
    std::string log, elf;
    std::string misfit = {};  // why the ELF file is not the log's; empty where it was used
    std::string lacks = {};   // what it has not; empty if that is nothing
};

/// The cause first, then what shows it, and what a log alone does not tell. `evidence` is a log's.
std::string text(const evidence::Evidence& evidence, const diagnosis::Diagnosis& found,
                 const Sources& sources, const Style& style);

}  // namespace report
