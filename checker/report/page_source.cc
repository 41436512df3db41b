#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <system_error>

#include "checker/process/descriptor.h"
#include "checker/process/output.h"
#include "checker/report/page.h"
#include "checker/submission/seam_files.h"

namespace report {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t largest_file = 256 * 1024;

bool is_source(const fs::path& file) {
    constexpr auto known = std::to_array<std::string_view>({".cc", ".h", ".asm", ".inc"});
    return std::ranges::find(known, file.extension().string()) != known.end();
}

// A path whose links all stay in `folder`, and that is a regular file there.
bool lies_in(const fs::path& folder, const fs::path& file) {
    std::error_code problem;
    const fs::path real = fs::canonical(file, problem);
    if (problem || !fs::is_regular_file(real, problem))
        return false;
    const fs::path below = real.lexically_relative(fs::canonical(folder, problem));
    return !problem && !below.empty() && *below.begin() != "..";
}

std::optional<std::string> given_code(const fs::path& project, const fs::path& file) {
    std::error_code problem;
    for (const char* folder : {"kernel", "trampoline"}) {
        const fs::path whole = project / file;
        if (!file.empty() && *file.begin() == folder && is_source(file) &&
            lies_in(project / folder, whole) && fs::file_size(whole, problem) <= largest_file)
            return process::contents_of(whole);
    }
    return {};
}

// What was graded, however it is called: "5-nx-wp/match_bsp.cc" of a submission, or, where that is
// the project's own labs/, with this before it.
std::optional<std::string> seam_file(const lab::Lab& lab, const fs::path& project,
                                     const fs::path& submission, const std::string& file) {
    for (const std::string& name : lab.seam) {
        const std::string known = lab.directory + "/" + name;
        if (file != known && file != "labs/" + known)
            continue;
        for (submission::SeamFile& each : submission::take(lab, project, submission))
            if (each.name == name)
                return std::move(each.content);
    }
    return {};
}

constexpr unsigned lines_around = 6;
constexpr std::size_t longest_line = 200;

struct Line {
    unsigned number;
    std::string_view text;
};

// Those around `wanted`; nothing where the file has no such line.
std::vector<Line> around(std::string_view text, unsigned wanted) {
    std::vector<Line> lines;
    bool found = false;
    for (unsigned number = 1; const auto line = process::take_line(text); ++number) {
        found = found || number == wanted;
        if (number + lines_around >= wanted && number <= wanted + std::size_t{lines_around})
            lines.push_back({number, *line});
    }
    return found ? lines : std::vector<Line>{};
}

// A tab would become a `?`, as every control character does.
std::string without_tabs(std::string_view text) {
    std::string result;
    for (const char c : text)
        result += c == '\t' ? std::string(4, ' ') : std::string(1, c);
    return result;
}

}  // namespace

SourceReader shown_files(fs::path project, fs::path submission, std::vector<lab::Lab> labs) {
    return [project = std::move(project), submission = std::move(submission),
            labs = std::move(labs)](const std::string& file) -> std::optional<std::string> {
        try {
            for (const lab::Lab& lab : labs)
                if (auto text = seam_file(lab, project, submission, file))
                    return text;
            return given_code(project, file);
        } catch (const std::exception&) {
            return {};  // the page is complete without these lines
        }
    };
}

void add_source(Element& parent, std::string_view heading, const evidence::Location& where,
                const SourceReader& read) {
    if (where.file.empty() || where.line == 0 || !read)
        return;
    const std::optional<std::string> text = read(where.file);
    const std::vector<Line> lines = text ? around(*text, where.line) : std::vector<Line>{};
    if (lines.empty())
        return;
    Element section = parent.add("section", "part");
    section.add("h3", "", fmt::format("{}: ", heading))
        .add("code", "", fmt::format("{}:{}", shortened(where.file), where.line));
    Element source = section.add("pre", "source");
    for (const Line& line : lines) {
        const bool here = line.number == where.line;
        Element row = source.add("span", here ? "line here" : "line");
        row.add("i", "", fmt::format("{}{:>5} ", here ? "\u25b6" : " ", line.number));
        row.text(fmt::format("{}\n", shortened(without_tabs(line.text), longest_line)));
    }
}

}  // namespace report
