// The seam files of solutions/ and labs/, and the parts of them that a student writes.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "checker/lab/lab.h"

namespace submissions {

/// Contents, by where they lie in a submission: "5-nx-wp/match_bsp.cc".
using Files = std::map<std::string, std::string>;

struct Project {
    std::vector<lab::Lab> labs;
    Files reference, starters;

    /// By its folder's name, or its number: "5-nx-wp", or "5". Null if there is none.
    const lab::Lab* lab(std::string_view name) const;
};

/// "5-nx-wp" of "5-nx-wp/match_bsp.cc".
inline std::string_view lab_of(std::string_view file) {
    return file.substr(0, file.find('/'));
}

/// Throws std::runtime_error where a file cannot be read, checker::Error where a lab.toml is wrong.
Project read_project(const std::filesystem::path& root);
std::string read_file(const std::filesystem::path& file);
/// Makes its folder too.
void write_file(const std::filesystem::path& file, std::string_view text);

/// Calls `use` with the columns of each line that is no comment: what stands between bars, without
/// blanks around it; the last may have bars in it. Throws std::runtime_error with file and line
/// where there are fewer, and for one that `use` throws.
void for_rows(const std::string& path, std::string_view text, std::size_t columns,
              const std::function<void(const std::vector<std::string>&)>& use);

/// What stands between one pair of marks, whole lines.
struct Region {
    std::string name;  // of the function or the label that it is in: "adopt_record"
    std::size_t begin, end;
};

/// Of a seam file, in its order.
std::vector<Region> regions(std::string_view text);

/// What stands in a region. An empty name is the only one's. Throws std::runtime_error unless
/// there is just one of this name.
std::string code_in(std::string_view text, std::string_view region);

/// `text` with other code there. The #include lines that the code begins with go to the file's.
std::string with_code(std::string text, std::string_view region, std::string_view code);

/// What differs from the reference in one seam file.
struct Section {
    enum class Holds { region, starter, whole };

    std::string file;    // "5-nx-wp/match_bsp.cc"
    std::string region;  // empty: the only one
    Holds holds = Holds::region;
    std::string code;
    unsigned line = 0;  // of a case, where it begins
};

/// Puts it into the files, which hold the reference. Throws std::runtime_error.
void put(const Section& section, Files& files, const Project& project);

inline bool is_assembly(std::string_view file) {
    return file.ends_with(".asm");
}

}  // namespace submissions
