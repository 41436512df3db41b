#include "checker/command_line/hint.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <string>
#include <system_error>
#include <unistd.h>

#include "checker/command_line/terminal.h"
#include "checker/error.h"
#include "checker/report/layout.h"

namespace command_line {

namespace fs = std::filesystem;

namespace {

// 0 where none has been.
std::size_t last_shown(const fs::path& note) {
    std::size_t number = 0;
    std::ifstream(note) >> number;
    return number;
}

// Where that cannot be noted, a hint is given all the same.
void note_shown(const fs::path& note, std::size_t number) {
    std::error_code problem;
    fs::create_directories(note.parent_path(), problem);
    std::ofstream(note) << number << "\n";
}

}  // namespace

int hint(const Options& options, const lab::Lab& lab, const fs::path& shown) {
    const std::size_t count = lab.hints.size();
    if (count == 0)
        throw checker::Error(fmt::format("lab {} has no hints", lab.number));
    if (options.hint && *options.hint > count)
        throw checker::Error(fmt::format("lab {} has {} hints: {} to {}", lab.number, count,
                                         as_typed("--number", "1"), count));
    const fs::path note = shown / std::to_string(lab.number);
    const std::size_t number = options.hint ? *options.hint : std::min(last_shown(note) + 1, count);
    note_shown(note, number);
    const report::Style style = style_for(STDOUT_FILENO);
    fmt::print("Lab {}, hint {} of {}\n\n", lab.number, number, count);
    for (const std::string& line : report::wrap(lab.hints[number - 1], style.width() - 2))
        fmt::print("  {}\n", line);
    fmt::print("\n{}\n", number < count
                             ? "Asked again, the next one comes, which says more."
                             : fmt::format("That was the last; {} shows the first again.",
                                           as_typed("--number", "1")));
    return status::done;
}

}  // namespace command_line
