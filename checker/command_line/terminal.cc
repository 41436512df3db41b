#include "checker/command_line/terminal.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "checker/report/text.h"

namespace command_line {

namespace {

bool is_dumb() {
    const char* terminal = std::getenv("TERM");
    return !terminal || std::string_view{terminal} == "dumb";
}

// A lab's line needs no more; what wraps cannot be erased by counting lines.
constexpr std::size_t widest_line = 80;

// In columns; 0 where nobody knows.
std::size_t width_of(int descriptor) {
    winsize size{};
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

bool can_change_a_line() {
    return isatty(STDERR_FILENO) == 1 && !is_dumb();
}

void erase_line() {
    fmt::print(stderr, "\r\x1b[K");
}

// A line that stays.
void say_above(std::string_view line, bool live) {
    if (live)
        erase_line();
    fmt::print(stderr, "{}\n", line);
}

// In place of what the line says.
void change_line(std::string text) {
    const std::size_t columns = width_of(STDERR_FILENO);
    if (columns > 0 && text.size() >= columns)
        text.resize(columns - 1);
    erase_line();
    fmt::print(stderr, "{}", text);
    std::fflush(stderr);
}

}  // namespace

report::Style style_for(int descriptor) {
    constexpr std::size_t narrowest = 40;
    const std::size_t columns = width_of(descriptor);
    const char* no_colour = std::getenv("NO_COLOR");
    return report::Style{
        isatty(descriptor) == 1 && !is_dumb() && !(no_colour && *no_colour),
        columns == 0 ? report::usual_width : std::clamp(columns, narrowest, report::largest_width)};
}

ProgressLines::ProgressLines(std::size_t labs, bool report_follows)
    : labs_(labs),
      live_(can_change_a_line()),
      erased_in_the_end_(live_ && report_follows && width_of(STDERR_FILENO) >= widest_line),
      style_(style_for(STDERR_FILENO)) {}

ProgressLines::~ProgressLines() {
    if (live_)
        erase_line();
    if (erased_in_the_end_ && labs_ > 1 && done_ > 0)
        fmt::print(stderr, "\x1b[{}A\x1b[J", done_);
    std::fflush(stderr);
}

// "2 of 6 labs done; lab 3: QEMU, lab 4: building, all together: Bochs"; the end of it is left out
// where the terminal is too narrow.
void ProgressLines::show_status() {
    if (!live_)
        return;
    std::string text = labs_ > 1 ? fmt::format("{} of {} labs done", done_, labs_) : "";
    for (const auto& [lab, stage] : stages_)
        text += fmt::format("{}{}: {}", text.empty() ? "" : "; ",
                            lab == 0 ? "all together" : fmt::format("lab {}", lab), stage);
    change_line(std::move(text));
}

void ProgressLines::print(const std::string& text, unsigned lab, std::string_view waited_for) {
    if (live_)
        erase_line();
    fmt::print("{}", text);
    std::fflush(stdout);
    stages_[lab] = waited_for;
    show_status();
}

grading::Progress ProgressLines::callbacks() {
    const auto started = [this](const lab::Lab& lab, std::string_view stage) {
        stages_[lab.number] = stage;
        show_status();
    };
    const auto done = [this](const grading::LabGrade& grade) {
        ++done_;
        stages_.erase(grade.lab.number);
        if (labs_ > 1)
            say_above(report::one_line(grade, style_), live_);
        show_status();
    };
    return {started, done, {}};
}

ClassProgress::ClassProgress() : live_(can_change_a_line()) {}

ClassProgress::~ClassProgress() {
    if (live_)
        erase_line();
}

// "[##########          ]  57 of 200, about 1:12 left": what is left by how fast it went so far.
void ClassProgress::progress(std::size_t done, std::size_t all, const std::string& doing) {
    const bool reading = doing == classroom::reading;
    if (!live_) {
        if (!reading)
            fmt::print(stderr, "{} of {}  {}\n", done, all, doing);
        return;
    }
    const auto now = std::chrono::steady_clock::now();
    if (const std::string step = reading ? "reading" : "grading"; step != step_) {
        step_ = step;
        begin_ = now;
        begun_with_ = done;
    }
    constexpr std::size_t width = 30;
    std::string text = fmt::format("{:<8}[{:<{}}] {} of {}", step_,
                                   std::string(done * width / std::max<std::size_t>(all, 1), '#'),
                                   width, done, all);
    if (!reading && done > begun_with_ && done < all) {
        const auto passed = std::chrono::duration<double>(now - begin_).count();
        const auto left = static_cast<unsigned>(passed * static_cast<double>(all - done) /
                                                static_cast<double>(done - begun_with_));
        text += fmt::format(", about {}:{:02} left", left / 60, left % 60);
    }
    change_line(std::move(text));
}

classroom::Watcher ClassProgress::watcher() {
    return {[this](std::size_t done, std::size_t all, const std::string& doing) {
                progress(done, all, doing);
            },
            [this](const std::string& line) { say_above(line, live_); }};
}

}  // namespace command_line
