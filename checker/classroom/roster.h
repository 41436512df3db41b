#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "checker/lab/lab.h"

namespace classroom {

/// Somebody who is to be graded, or cannot be.
struct Student {
    std::string name;             // of what was handed in; also of the folder with the reports
    std::string people;           // who that is, where a download says so
    std::filesystem::path where;  // what was handed in
    std::string reason;           // why it cannot be graded; empty where it can, as far as known
};

/// Who is in a class, by name: each folder, archive or bare repository in `from` is somebody's; so
/// is any other file, with a reason. A download by Gradescope says whose each is, in its
/// submission_metadata.yml. A folder with nothing but another in it stands for that one. Throws
/// checker::Error, with what to do, where nobody is, or where `from` is itself one submission.
std::vector<Student> roster(const std::filesystem::path& from, std::span<const lab::Lab> labs);

/// The people of Gradescope's submission_metadata.yml by the names of their folders, "submission_1"
/// and "Ann Lee, Bo Chen". What is not understood is left out. Pure.
std::map<std::string, std::string> people_in(std::string_view metadata);

}  // namespace classroom
