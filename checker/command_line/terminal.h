#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "checker/classroom/grade_class.h"
#include "checker/grading/grader.h"
#include "checker/report/layout.h"

namespace command_line {

/// Colour where the file descriptor is a terminal that has it and NO_COLOR is not set; and as many
/// columns as that has, or the usual number.
report::Style style_for(int descriptor);

/// Progress on standard error: a line for each lab that is done, if there are several; and on a
/// terminal, below them, one line that changes and is gone in the end. Where the report is to
/// follow on the same terminal, so are the others: it says all that they do.
class ProgressLines {
  public:
    ProgressLines(std::size_t labs, bool report_follows);
    ProgressLines(const ProgressLines&) = delete;
    ProgressLines& operator=(const ProgressLines&) = delete;
    ~ProgressLines();
    grading::Progress callbacks();
    /// Prints to standard output what stays, above the line that changes and now says what is
    /// waited for.
    void print(const std::string& text, unsigned lab, std::string_view waited_for);

  private:
    void show_status();

    std::size_t labs_, done_ = 0;
    bool live_, erased_in_the_end_;
    std::map<unsigned, std::string> stages_;  // by lab
    report::Style style_;
};

/// Progress of a class on standard error: on a terminal a bar and how long it will take, which are
/// gone in the end; elsewhere a line for each student.
class ClassProgress {
  public:
    ClassProgress();
    ClassProgress(const ClassProgress&) = delete;
    ClassProgress& operator=(const ClassProgress&) = delete;
    ~ClassProgress();
    classroom::Watcher watcher();

  private:
    void progress(std::size_t done, std::size_t all, const std::string& doing);

    bool live_;
    std::chrono::steady_clock::time_point begin_{};
    std::size_t begun_with_ = 0;  // so many were done when the first was seen
    std::string step_;
};

}  // namespace command_line
