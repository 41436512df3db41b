#pragma once

#include <string>
#include <string_view>

#include "checker/grading/grader.h"
#include "checker/report/layout.h"

namespace command_line {

/// Colour where the file descriptor is a terminal that has it and NO_COLOR is not set.
report::Style style_for(int descriptor);

/// Progress on standard error: one line that changes, and a line for each lab that is done if there
/// are several. Nothing at all unless it is a terminal.
class ProgressLine {
  public:
    explicit ProgressLine(bool several_labs);
    ~ProgressLine();
    grading::Progress callbacks();

  private:
    void show(std::string_view text);
    void clear();

    bool shown_, several_labs_;
};

}  // namespace command_line
