#include "checker/classroom/roster.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>
#include <system_error>

#include "checker/classroom/hand_in.h"
#include "checker/error.h"
#include "checker/process/descriptor.h"
#include "checker/process/output.h"
#include "checker/report/layout.h"

namespace classroom {

namespace fs = std::filesystem;

namespace {

bool is_ours(const std::string& name) {
    return !name.starts_with(".") && name != "__MACOSX" && name != metadata_name;
}

std::vector<fs::path> entries(const fs::path& folder) {
    std::vector<fs::path> all;
    std::error_code problem;
    for (const fs::directory_entry& entry : fs::directory_iterator{folder, problem})
        if (is_ours(entry.path().filename().string()))
            all.push_back(entry.path());
    if (problem)
        throw checker::Error(fmt::format("cannot read {}: {}", folder.string(), problem.message()));
    std::ranges::sort(all);
    return all;
}

bool is_real_folder(const fs::path& path) {
    std::error_code problem;
    return fs::symlink_status(path, problem).type() == fs::file_type::directory;
}

// The folder of one person: it has labs, not people, in it.
bool is_submission(const std::vector<fs::path>& inside, std::span<const lab::Lab> labs) {
    return std::ranges::any_of(inside, [&](const fs::path& path) {
        const std::string name = path.filename().string();
        return name == "labs" || std::ranges::any_of(labs, [&](const lab::Lab& lab) {
                   return name == lab.directory ||
                          std::ranges::find(lab.seam, name) != lab.seam.end();
               });
    });
}

// Harmless as a file's name, which may have an ending, in a terminal and in a table.
std::string safe(const std::string& name) {
    constexpr std::size_t longest = 100;
    constexpr std::string_view harmful = "?*:\"<>|\\/&'`$";
    std::string result = report::printable(name.substr(0, longest));
    for (char& letter : result)
        if (process::contains(harmful, {&letter, 1}))
            letter = '_';
    if (result.starts_with("-"))
        result[0] = '_';
    return result;
}

// The value of a line "- :name: Ann Lee", with quotes or without.
std::string value_of(std::string_view line) {
    std::string_view value = line.substr(std::min(line.size(), line.find(": ") + 2));
    value = value.substr(std::min(value.size(), value.find_first_not_of(' ')));
    if (value.size() >= 2 && value.front() == value.back() &&
        (value.front() == '"' || value.front() == '\''))
        value = value.substr(1, value.size() - 2);
    return report::printable(value);
}

}  // namespace

std::map<std::string, std::string> people_in(std::string_view metadata) {
    std::map<std::string, std::string> people;
    std::string submission;
    while (const auto line = process::take_line(metadata)) {
        if (!line->starts_with(' ') && !line->starts_with('-') && line->ends_with(':'))
            submission = line->substr(0, line->size() - 1);
        const std::size_t name = line->find(":name: ");
        if (submission.empty() || name == std::string_view::npos)
            continue;
        std::string& names = people[submission];
        names += (names.empty() ? "" : ", ") + value_of(line->substr(name + 1));
    }
    return people;
}

std::vector<Student> roster(const fs::path& from, std::span<const lab::Lab> labs) {
    fs::path folder = from;
    std::vector<fs::path> inside = entries(folder);
    // A download has one folder, and the class in that.
    if (inside.size() == 1 && is_real_folder(inside.front()) && !is_submission(inside, labs)) {
        const std::vector<fs::path> deeper = entries(inside.front());
        if (!deeper.empty() && !is_submission(deeper, labs) &&
            !fs::exists(inside.front() / ".git") && std::ranges::all_of(deeper, is_real_folder)) {
            folder = inside.front();
            inside = deeper;
        }
    }
    if (inside.empty())
        throw checker::Error(
            fmt::format("{} is empty: name the folder with a folder, an archive "
                        "or a repository of each student in it",
                        from.string()));
    if (is_submission(inside, labs))
        throw checker::Error(
            fmt::format("{0} is one submission, and no class: grade it by `make grade "
                        "SUBMISSION={0}`, or name the folder above it",
                        folder.string()));
    const std::map<std::string, std::string> people =
        people_in(process::contents_of(folder / metadata_name));
    std::vector<Student> all;
    std::set<std::string> taken;
    for (const fs::path& path : inside) {
        const std::string file = path.filename().string();
        const bool is_folder = is_real_folder(path);
        std::error_code problem;
        const bool is_file = fs::symlink_status(path, problem).type() == fs::file_type::regular;
        const std::string suffix = is_folder && file.ends_with(".git") ? ".git"
                                   : is_file                           ? archive_suffix(path)
                                                                       : "";
        std::string name = safe(file.substr(0, file.size() - suffix.size()));
        for (int i = 2; !taken.insert(name).second; ++i)
            name = fmt::format("{}-{}", safe(file), i);
        const auto known = people.find(file);
        all.push_back({name, known == people.end() ? "" : known->second, path,
                       is_folder || !suffix.empty()
                           ? ""
                           : "it is neither a folder nor an archive that is known here"});
    }
    std::ranges::sort(all, {}, &Student::name);
    return all;
}

}  // namespace classroom
