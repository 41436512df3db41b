#include "tests/submissions/prefixes.h"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

namespace submissions {

namespace {

using Written = std::vector<std::size_t>;

class Maker {
  public:
    Maker(const lab::Lab& lab, const Project& project, Below below)
        : project_(project), below_(below) {
        for (const std::string& name : lab.seam) {
            const std::string file = lab.directory + "/" + name;
            const std::string& text = project.reference.at(file);
            const std::vector<Region> all = regions(text);
            for (const Region& region : all) {
                const std::string code = code_in(text, region.name);
                steps_.push_back(steps_of(code, is_assembly(file)));
                its_.parts.push_back({file, region.name, all.size() == 1 ? name : region.name,
                                      steps_.back().size()});
            }
        }
    }

    Prefixes make() {
        Written order(its_.parts.size());
        std::iota(order.begin(), order.end(), 0);
        do
            walk(order);
        while (std::ranges::next_permutation(order).found);
        return std::move(its_);
    }

  private:
    void walk(const Written& order) {
        Written written(its_.parts.size(), 0);
        std::vector<std::size_t> its{index(written, "nothing")};
        for (const std::size_t part : order)
            while (written[part] < its_.parts[part].steps) {
                const Step& step = steps_[part][written[part]++];
                its.push_back(
                    index(written, words(step.back(), is_assembly(its_.parts[part].file))));
            }
        its_.walks.push_back(its);
    }

    std::size_t index(const Written& written, const std::string& statement) {
        const auto known = std::ranges::find(its_.all, written, &Prefix::written);
        if (known == its_.all.end()) {
            its_.all.push_back({written, name(written), statement, files(written)});
            return its_.all.size() - 1;
        }
        return static_cast<std::size_t>(known - its_.all.begin());
    }

    std::string name(const Written& written) const {
        std::string all;
        for (std::size_t i = 0; i < written.size(); ++i)
            all += fmt::format("{}{} {}", i ? ", " : "", its_.parts[i].name, written[i]);
        return all;
    }

    Files files(const Written& written) const {
        Files files;
        for (std::size_t i = 0; i < written.size(); ++i) {
            const auto& [file, region, name, steps] = its_.parts[i];
            const bool assembly = is_assembly(file);
            const std::string starter = code_in(project_.starters.at(file), region);
            std::string& text = files.try_emplace(file, project_.reference.at(file)).first->second;
            text = with_code(text, region,
                             written[i] == 0
                                 ? starter
                                 : prefix(steps_[i], written[i], assembly, starter, below_));
        }
        return files;
    }

    const Project& project_;
    Below below_;
    std::vector<std::vector<Step>> steps_;
    Prefixes its_;
};

}  // namespace

Prefixes prefixes_of(const lab::Lab& lab, const Project& project, Below below) {
    return Maker{lab, project, below}.make();
}

}  // namespace submissions
