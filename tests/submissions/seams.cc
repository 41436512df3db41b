#include "tests/submissions/seams.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "checker/lab/lab.h"
#include "checker/process/output.h"

namespace submissions {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view begin_mark = "--- student code begins ---";
constexpr std::string_view end_mark = "--- student code ends ---";

std::size_t line_begin(std::string_view text, std::size_t at) {
    const std::size_t newline = text.rfind('\n', at);
    return newline == std::string_view::npos ? 0 : newline + 1;
}

std::size_t line_end(std::string_view text, std::size_t at) {
    return std::min(text.find('\n', at), text.size() - 1) + 1;
}

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

// "adopt_record" of the line "void adopt_record(unsigned cpu) {", "long_mode" of "long_mode:".
std::string name_in(std::string_view line) {
    if (line.empty() || !is_word(line.front()))
        return "";
    const std::size_t end = std::min(line.find('('), line.size() - line.ends_with(':'));
    if (end == line.size())
        return "";
    std::size_t begin = end;
    while (begin > 0 && is_word(line[begin - 1]))
        --begin;
    return std::string{line.substr(begin, end - begin)};
}

// Of the last line before `end` that has one.
std::string name_before(std::string_view text, std::size_t end) {
    while (end > 0) {
        const std::size_t begin = end > 1 ? line_begin(text, end - 2) : 0;
        std::string name = name_in(text.substr(begin, end - 1 - begin));
        if (!name.empty())
            return name;
        end = begin;
    }
    return "";
}

Region find(std::string_view text, std::string_view name) {
    const std::vector<Region> all = regions(text);
    std::vector<Region> found;
    for (const Region& region : all)
        if (name.empty() || region.name == name)
            found.push_back(region);
    if (found.size() == 1)
        return found.front();
    std::string names;
    for (const Region& region : all)
        names += (names.empty() ? "" : ", ") + region.name;
    throw std::runtime_error(name.empty()
                                 ? fmt::format("there are several regions, so say which: {}", names)
                                 : fmt::format("there is no region {}; there is: {}", name, names));
}

}  // namespace

const lab::Lab* Project::lab(std::string_view name) const {
    for (const lab::Lab& lab : labs)
        if (lab.directory == name || std::to_string(lab.number) == name)
            return &lab;
    return nullptr;
}

std::string read_file(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream)
        throw std::runtime_error(fmt::format("cannot read {}", file.string()));
    return text;
}

void write_file(const fs::path& file, std::string_view text) {
    fs::create_directories(file.parent_path());
    if (!(std::ofstream(file, std::ios::binary) << text).flush())
        throw std::runtime_error(fmt::format("cannot write {}", file.string()));
}

Project read_project(const fs::path& root) {
    Project project{lab::discover(root), {}, {}};
    for (const lab::Lab& lab : project.labs)
        for (const std::string& name : lab.seam) {
            const std::string file = lab.directory + "/" + name;
            project.reference[file] = read_file(root / "solutions" / file);
            project.starters[file] = read_file(root / "labs" / file);
        }
    return project;
}

void for_rows(const std::string& path, std::string_view text, std::size_t columns,
              const std::function<void(const std::vector<std::string>&)>& use) {
    std::istringstream lines{std::string{text}};
    std::string line;
    for (unsigned number = 1; std::getline(lines, line); ++number) {
        if (line.empty() || line.starts_with('#'))
            continue;
        std::vector<std::string> its;
        std::string_view rest = line;
        while (its.size() + 1 < columns && rest.find('|') != rest.npos) {
            its.emplace_back(process::trimmed(rest.substr(0, rest.find('|')), " "));
            rest.remove_prefix(rest.find('|') + 1);
        }
        its.emplace_back(process::trimmed(rest, " "));
        try {
            if (its.size() != columns)
                throw std::runtime_error(fmt::format("not {} columns", columns));
            use(its);
        } catch (const std::runtime_error& error) {
            throw std::runtime_error(fmt::format("{}:{}: {}", path, number, error.what()));
        }
    }
}

std::vector<Region> regions(std::string_view text) {
    std::vector<Region> all;
    std::size_t at = 0;
    while ((at = text.find(begin_mark, at)) != std::string_view::npos) {
        const std::size_t begin = line_end(text, at);
        const std::size_t end = text.find(end_mark, begin);
        if (end == std::string_view::npos)
            throw std::runtime_error("student code begins and does not end");
        all.push_back({name_before(text, line_begin(text, at)), begin, line_begin(text, end)});
        at = end;
    }
    return all;
}

std::string code_in(std::string_view text, std::string_view region) {
    const Region found = find(text, region);
    return std::string{text.substr(found.begin, found.end - found.begin)};
}

std::string with_code(std::string text, std::string_view region, std::string_view code) {
    constexpr std::string_view include = "#include ";
    std::size_t includes = 0;
    while (code.substr(includes).starts_with(include))
        includes = line_end(code, includes);
    const std::string_view included = code.substr(0, includes);
    code.remove_prefix(includes);
    if (!included.empty() && code.starts_with('\n'))
        code.remove_prefix(1);

    const Region found = find(text, region);
    text.replace(found.begin, found.end - found.begin, code);
    if (const std::size_t last = text.rfind(include, found.begin); !included.empty())
        text.insert(last == std::string::npos ? 0 : line_end(text, last), included);
    return text;
}

void put(const Section& section, Files& files, const Project& project) {
    std::string& text = files[section.file];
    const std::string& starter = project.starters.at(section.file);
    if (section.holds == Section::Holds::region)
        text = with_code(text, section.region, section.code);
    else if (section.holds == Section::Holds::whole)
        text = section.code;
    else if (section.region.empty())
        text = starter;
    else
        text = with_code(text, section.region, code_in(starter, section.region));
}

}  // namespace submissions
