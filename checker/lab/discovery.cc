#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <iterator>

#include "checker/error.h"
#include "checker/lab/lab_file.h"

namespace lab {

namespace fs = std::filesystem;

std::vector<Lab> discover(const fs::path& project) {
    std::vector<Lab> labs;
    std::error_code problem;
    for (const fs::directory_entry& entry : fs::directory_iterator(project / "labs", problem)) {
        const fs::path file = entry.path() / "lab.toml";
        if (!fs::exists(file))
            continue;
        std::ifstream stream(file);
        const std::string text{std::istreambuf_iterator<char>(stream), {}};
        if (!stream)
            throw checker::Error(fmt::format("cannot read {}", file.string()));
        labs.push_back(parse(entry.path().filename().string(), text));
    }
    if (labs.empty())
        throw checker::Error(fmt::format(
            "no labs/N-name/lab.toml below {}: run sipi from the project's folder, or name it with "
            "--project",
            project.string()));
    std::ranges::sort(labs, {}, &Lab::number);
    const auto causes =
        std::make_shared<const catalogue::Catalogue>(catalogue::Catalogue::read(project));
    for (Lab& lab : labs)
        lab.causes = causes;
    return labs;
}

}  // namespace lab
