// What grading a class came to, as a value: all that its reports need.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "checker/classroom/results.h"
#include "checker/classroom/roster.h"
#include "checker/lab/lab.h"

namespace classroom {

struct Row {
    Student student;                     // with the reason, where nothing could be graded
    Note note;                           // of who was graded, or should have been
    std::vector<std::string> same = {};  // who else handed in just this
    bool untouched = false;              // the starters, and nothing else
};

struct Class {
    std::vector<lab::Lab> labs;
    std::vector<Row> rows;  // by name
};

/// Every result of one lab.
std::vector<const LabResult*> results_of(const Class& all, unsigned lab);

/// What was counted, most first; in its own order where that is the same.
template <class What>
std::vector<std::pair<What, std::size_t>> most_first(const std::map<What, std::size_t>& counts) {
    std::vector<std::pair<What, std::size_t>> sorted(counts.begin(), counts.end());
    std::ranges::stable_sort(sorted, std::greater{}, &std::pair<What, std::size_t>::second);
    return sorted;
}

/// "12 graded, 2 handed in nothing that can be graded, the grader failed on 1": those that there
/// are.
std::string in_numbers(const Class& all);

/// Those who handed in the same and have done something, each group once.
std::vector<std::vector<std::string>> identical(const Class& all);

/// A line for each student, for a spreadsheet. No field is taken for a formula there.
std::string csv(const Class& all);

/// The class as one page for a browser: how each lab came out, which causes how many met, and a
/// table of students to search and sort. It loads nothing; without its script all stands open.
/// Each student's own page is linked to, as students/NAME/page.html beside it. The same class has
/// the same page. Ends with a newline.
std::string page(const Class& all);

/// A testsuite for each student, a testcase for each lab.
std::string junit(const Class& all);

/// How long each took: the one file in which two runs differ.
std::string seconds(const Class& all);

/// What there is to say at a terminal, in 80 columns.
std::string summary(const Class& all);

}  // namespace classroom
