#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "checker/grading/grader.h"
#include "checker/report/layout.h"

namespace command_line {

/// Colour where the file descriptor is a terminal that has it and NO_COLOR is not set.
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

  private:
    void started(const lab::Lab& lab, std::string_view stage);
    void done(const grading::LabGrade& grade);
    void show_status();

    std::size_t labs_, done_ = 0;
    bool live_, erased_in_the_end_;
    std::map<unsigned, std::string> stages_;  // by lab
    report::Style style_;
};

}  // namespace command_line
