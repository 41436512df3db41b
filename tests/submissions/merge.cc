#include "tests/submissions/merge.h"

#include <algorithm>
#include <span>
#include <vector>

namespace submissions {

namespace {

using Lines = std::vector<std::string_view>;

Lines in_lines(std::string_view text) {
    Lines lines;
    while (!text.empty()) {
        const std::size_t size = std::min(text.find('\n'), text.size() - 1) + 1;
        lines.push_back(text.substr(0, size));
        text.remove_prefix(size);
    }
    return lines;
}

// For each line of `base` the one that it is in `changed`, by a longest common subsequence; the
// size of `changed` for a line that is not there any more.
std::vector<std::size_t> matched(const Lines& base, const Lines& changed) {
    const std::size_t rows = base.size(), columns = changed.size();
    std::vector<std::vector<std::size_t>> common(rows + 1, std::vector<std::size_t>(columns + 1));
    for (std::size_t i = rows; i-- > 0;)
        for (std::size_t j = columns; j-- > 0;)
            common[i][j] = base[i] == changed[j] ? common[i + 1][j + 1] + 1
                                                 : std::max(common[i + 1][j], common[i][j + 1]);
    std::vector<std::size_t> matches(rows, columns);
    for (std::size_t i = 0, j = 0; i < rows && j < columns;)
        if (base[i] == changed[j])
            matches[i++] = j++;
        else
            common[i + 1][j] >= common[i][j + 1] ? ++i : ++j;
    return matches;
}

}  // namespace

std::optional<std::string> merged(std::string_view base, std::string_view one,
                                  std::string_view other) {
    const Lines all[] = {in_lines(base), in_lines(one), in_lines(other)};
    const std::vector<std::size_t> in_one = matched(all[0], all[1]),
                                   in_other = matched(all[0], all[2]);
    std::string text;
    std::size_t begin[] = {0, 0, 0};
    for (std::size_t i = 0; i <= all[0].size(); ++i) {
        const bool end = i == all[0].size();
        if (!end && (in_one[i] == all[1].size() || in_other[i] == all[2].size()))
            continue;  // changed by somebody
        const std::size_t stop[] = {i, end ? all[1].size() : in_one[i],
                                    end ? all[2].size() : in_other[i]};
        const auto part = [&](std::size_t which) {
            return std::span{all[which]}.subspan(begin[which], stop[which] - begin[which]);
        };
        const bool one_left_it = std::ranges::equal(part(0), part(1));
        if (!one_left_it && !std::ranges::equal(part(0), part(2)) &&
            !std::ranges::equal(part(1), part(2)))
            return {};
        for (const std::string_view line : part(one_left_it ? 2 : 1))
            text += line;
        if (!end)
            text += all[0][i];
        for (std::size_t which = 0; which < 3; ++which)
            begin[which] = stop[which] + 1;
    }
    return text;
}

}  // namespace submissions
