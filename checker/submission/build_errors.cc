#include <algorithm>
#include <array>
#include <utility>

#include "checker/process/output.h"
#include "checker/submission/build.h"

namespace submission {

namespace {

constexpr std::size_t most_errors = 5;
constexpr std::size_t longest_line = 300;
constexpr std::size_t longest_code = 120;

constexpr std::string_view not_found =
    "a submission finds the given headers and its own files, nothing else";
constexpr std::string_view only_elsewhere =
    "the errors are in files outside the project; look at what is included";

using process::contains;

// A line of code, or the caret below it: "    9 |     x", "      |     ^".
bool is_code(std::string_view line) {
    const std::size_t bar = line.find(" | ");
    return bar != std::string_view::npos && line.starts_with(' ') &&
           line.substr(0, bar).find_first_not_of(" 0123456789") == std::string_view::npos;
}

// GNU as begins with a capital letter.
std::size_t where_error_begins(std::string_view line) {
    return std::min({line.find("fatal error: "), line.find("fatal: "), line.find("error: "),
                     line.find("Error: ")});
}

bool is_error(std::string_view line) {
    return where_error_begins(line) != std::string_view::npos;
}

// Where there is no file to name: an asm statement has none, nor has __has_include().
std::string without_file(std::string_view line) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 3> places{
        {{"{standard input}:", "in an asm statement: "},
         {"<inline asm>:", "in an asm statement: "},
         {"cc1plus: ", ""}}};
    for (const auto& [place, shown] : places)
        if (line.starts_with(place) && is_error(line))
            return std::string{shown}.append(line.substr(where_error_begins(line)));
    return {};
}

bool is_linkers(std::string_view line) {
    constexpr std::array<std::string_view, 4> words{
        "undefined reference to", "multiple definition of", "relocation truncated to fit", "ld: "};
    return std::ranges::any_of(words, [=](auto word) { return contains(line, word); });
}

// How compilers and assemblers say that they could not open a file: what stands around its name.
struct NotOpened {
    std::string_view before, behind;
};
constexpr std::array<NotOpened, 11> not_opened{{{"cannot open file '", "'"},
                                                {"fatal error: ", ": Permission denied"},
                                                {"fatal error: ", ": No such file or directory"},
                                                {"fatal error: '", "' file not found"},
                                                {"unable to open include file `", "'"},
                                                {"unable to open file `", "'"},
                                                {"unable to get length of file `", "'"},
                                                {"can't open ", " for reading"},
                                                {"file not found: ", ""},
                                                {"Could not find include file '", "'"},
                                                {"Could not find incbin file '", "'"}}};

// A file may be missing, or be none of the student's business: that makes no difference.
std::string explain_missing_file(const std::string& line) {
    for (const auto& [before, behind] : not_opened) {
        const std::size_t begin = line.find(before);
        const std::size_t end = behind.empty() ? line.size() : line.rfind(behind);
        if (begin == std::string::npos || end == std::string::npos || end < begin + before.size())
            continue;
        std::string file = line.substr(begin + before.size(), end - begin - before.size());
        if (const std::size_t upwards = file.find("../"); upwards != std::string::npos)
            file.erase(0, upwards);  // as the student wrote it, from the student's folder
        return line.substr(0, where_error_begins(line)) + "error: cannot include " + file + ": " +
               std::string{not_found};
    }
    return line;
}

// Of a name that is too far away for the 32 bits that its address was given. The linker says in
// which section it found it, as "against `.text'" or "defined in .rodata section".
std::string explain_truncation(const std::string& line) {
    constexpr std::string_view mark = "relocation truncated to fit";
    const std::size_t at = line.find(mark), dot = line.find_first_of('.', at);
    if (at == std::string::npos || dot == std::string::npos)
        return line;
    const std::string section = line.substr(dot, line.find_first_of("' ", dot) - dot);
    return line.substr(0, at) + "error: " + std::string{mark} + ": what it names lies in section " +
           section +
           ", in the higher half, and takes 64 bits. What the trampoline uses stands in " +
           "the section that the starter has.";
}

// "ld: error: unplaced orphan section `.mine' from `build/graded/.../gdt.cc.o'"; empty for others.
std::string explain_orphan(std::string_view line) {
    const auto quoted = [&](std::string_view before) {
        const std::string_view rest = process::after(line, before).value_or("");
        return std::string{rest.substr(0, rest.find('\''))};
    };
    const std::string section = quoted("orphan section `"), file = quoted("' from `");
    return section.empty() || file.empty()
               ? ""
               : file + ": error: the kernel has no section " + section +
                     ": leave code and data in those of the compiler, or of the starter";
}

// NASM's lines have the whole path, and the file from the submission's folder behind two slashes.
std::string_view without_folder(std::string_view line) {
    return line.starts_with('/') && is_linkers(line) ? process::after(line, "//").value_or(line)
                                                     : line;
}

std::string shortened(std::string line, std::size_t most) {
    return line.size() <= most ? line : line.substr(0, most) + "...";
}

// Their sources are compiled by themselves.
bool is_in_given_header(std::string_view line, Tool tool) {
    return (line.starts_with("kernel/") || line.starts_with("trampoline/")) &&
           line.substr(0, line.find(':')).ends_with(tool == Tool::assembler ? ".inc" : ".h");
}

}  // namespace

std::vector<std::string> first_errors(std::string_view output, Tool tool,
                                      const guest::Names& names) {
    const auto is_known = [&](std::string_view line) {
        return is_in_given_header(line, tool) ||
               std::ranges::any_of(
                   names, [=](const guest::Renamed& name) { return line.starts_with(name.from); });
    };
    const auto is_of_linker = [&](std::string_view line) {
        return tool == Tool::linker && is_linkers(line);
    };
    std::vector<std::string> shown;
    std::size_t errors = 0;
    bool elsewhere = false, code_follows = false;
    while (!output.empty()) {
        const std::size_t end = std::min(output.find('\n'), output.size());
        std::string_view line = output.substr(0, end);
        output.remove_prefix(std::min(end + 1, output.size()));
        if (code_follows && is_code(line)) {
            shown.push_back(shortened(std::string{line}, longest_code));
            continue;
        }
        code_follows = false;
        if (line.starts_with("./"))  // as the linker likes to begin
            line.remove_prefix(2);
        line = without_folder(line);
        const std::string orphan = explain_orphan(line);
        if (!orphan.empty())
            line = orphan;
        const bool known = is_known(line);
        const bool is_path = line.starts_with('/') || line.starts_with("..");
        const bool compilers = known && is_error(line);
        const bool led_elsewhere = known && contains(line, "required from here");
        const std::string placeless = without_file(line);
        elsewhere = elsewhere || (is_path && is_error(line));
        if (!compilers && !led_elsewhere && placeless.empty() && (is_path || !is_of_linker(line)))
            continue;
        if (errors++ == most_errors)
            break;
        code_follows = compilers;
        const std::string text =
            placeless.empty() ? guest::renamed(std::string{line}, names) : placeless;
        shown.push_back(shortened(explain_truncation(explain_missing_file(text)), longest_line));
    }
    if (elsewhere && errors == 0)
        shown.emplace_back(only_elsewhere);
    return shown;
}

}  // namespace submission
