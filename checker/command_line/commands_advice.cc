#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "checker/command_line/commands.h"
#include "checker/command_line/terminal.h"
#include "checker/error.h"

namespace command_line {

namespace fs = std::filesystem;
using catalogue::Catalogue;
using catalogue::Entry;

namespace {

std::string whole(const Entry& entry, const std::vector<lab::Lab>& labs,
                  const report::Style& style) {
    const auto lab = std::ranges::find(labs, entry.lab, &lab::Lab::number);
    const bool of_a_lab = lab != labs.end();
    std::string text = fmt::format(
        "{:<48} {}\n\n", entry.id,
        of_a_lab ? fmt::format("lab {}, {}", lab->number, lab->title) : std::string{"any lab"});
    for (const std::string& line : report::wrap(entry.headline + ".", style.width() - 2))
        text += fmt::format("  {}\n", style.bold(line));
    text += "\n" + report::paragraph("Why", entry.why, style);
    text += report::paragraph("What to do", entry.what_to_do, style);
    if (!entry.on_silicon.empty())
        text += report::paragraph("On silicon", entry.on_silicon, style);
    std::string_view label = "Read on";
    if (of_a_lab && !entry.section.empty()) {
        text +=
            report::paragraph(label, fmt::format("{}, \"{}\"", lab->handout, entry.section), style);
        label = "";
    }
    for (const std::string& each : entry.read_on)
        text += report::paragraph(std::exchange(label, ""), each, style);
    return text;
}

std::string list(const Catalogue& causes, unsigned lab, const report::Style& style) {
    constexpr std::size_t id_width = 26;
    std::string text;
    for (const Entry& entry : causes.entries())
        if (entry.lab == lab)
            text += report::row(entry.id, id_width,
                                report::wrap(entry.headline, style.width() - id_width - 4));
    return text;
}

}  // namespace

int cause(const Options& options, const std::vector<lab::Lab>& labs) {
    const Catalogue& causes = *labs.front().causes;
    const report::Style style = style_for(STDOUT_FILENO);
    if (options.cause.empty()) {
        for (const lab::Lab& lab : labs)
            fmt::print("{}\n{}\n", style.bold(fmt::format("Lab {}  {}", lab.number, lab.title)),
                       list(causes, lab.number, style));
        fmt::print("{}\n{}", style.bold("Any lab, any kernel"), list(causes, 0, style));
        return status::done;
    }
    const Entry* entry = causes.find(options.cause);
    if (!entry)
        throw checker::Error(fmt::format("there is no cause {}; the nearest: {}", options.cause,
                                         fmt::join(causes.like(options.cause), ", ")));
    fmt::print("{}", whole(*entry, labs, style));
    return status::done;
}

int hint(const Options& options, const lab::Lab& lab, const fs::path& shown) {
    const std::size_t count = lab.hints.size();
    if (count == 0)
        throw checker::Error(fmt::format("lab {} has no hints", lab.number));
    if (options.hint && *options.hint > count)
        throw checker::Error(fmt::format("lab {} has {} hints: {} to {}", lab.number, count,
                                         as_typed("--number", "1"), count));
    const fs::path note = shown / std::to_string(lab.number);
    std::size_t shown_last = 0;
    std::ifstream(note) >> shown_last;
    const std::size_t number = options.hint ? *options.hint : std::min(shown_last, count - 1) + 1;
    std::error_code problem;  // where it cannot be noted, the hint is given all the same
    fs::create_directories(note.parent_path(), problem);
    std::ofstream(note) << number << "\n";
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
