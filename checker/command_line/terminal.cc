#include "checker/command_line/terminal.h"

#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <unistd.h>

#include "checker/report/text.h"

namespace command_line {

namespace {

bool is_set(const char* variable) {
    const char* value = std::getenv(variable);
    return value && *value;
}

bool is_dumb() {
    const char* terminal = std::getenv("TERM");
    return !terminal || std::string_view{terminal} == "dumb";
}

}  // namespace

report::Style style_for(int descriptor) {
    return report::Style{isatty(descriptor) == 1 && !is_dumb() && !is_set("NO_COLOR")};
}

ProgressLine::ProgressLine(bool several_labs)
    : shown_(isatty(STDERR_FILENO) == 1 && !is_dumb()), several_labs_(several_labs) {}

ProgressLine::~ProgressLine() {
    clear();
}

void ProgressLine::clear() {
    if (shown_)
        fmt::print(stderr, "\r\x1b[K");
}

void ProgressLine::show(std::string_view text) {
    if (!shown_)
        return;
    clear();
    fmt::print(stderr, "{}", text);
    std::fflush(stderr);
}

grading::Progress ProgressLine::callbacks() {
    return {
        [this](const lab::Lab& lab, std::string_view stage) {
            show(fmt::format("lab {}: {} ...", lab.number, stage));
        },
        [this](const grading::LabGrade& done) {
            if (several_labs_)
                show(report::one_line(done, style_for(STDERR_FILENO)) + "\n");
        },
    };
}

}  // namespace command_line
