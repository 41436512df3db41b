#include "tests/submissions/changes.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "tests/submissions/statements.h"

namespace submissions {

namespace {

using Range = std::pair<unsigned, unsigned>;

// "3-7", or "3".
Range range_of(std::string_view text) {
    Range range;
    const char* end = text.data() + text.size();
    const auto first = std::from_chars(text.data(), end, range.first);
    auto last = std::from_chars_result{first.ptr, first.ec};
    range.second = range.first;
    if (first.ec == std::errc{} && first.ptr != end && *first.ptr == '-')
        last = std::from_chars(first.ptr + 1, end, range.second);
    if (last.ec != std::errc{} || last.ptr != end || range.second < range.first)
        throw std::runtime_error(fmt::format("no numbers: {}", text));
    return range;
}

std::string plain(std::string_view file) {
    return std::string{file.substr(file.find('/') + 1)};
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
    for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += by.size())
        text.replace(at, what.size(), by);
    return text;
}

class Changer {
  public:
    Changer(const Project& project, const std::vector<Constant>& constants)
        : project_(project), constants_(constants) {}

    std::vector<Change> all() {
        for (const lab::Lab& lab : project_.labs)
            for (const std::string& name : lab.seam)
                change(lab.directory + "/" + name);
        return std::move(all_);
    }

  private:
    void change(const std::string& file) {
        file_ = file;
        unsigned before = 0;
        for (const Region& region : regions(text())) {
            region_ = region.name;
            pieces_ = pieces_of(code_in(text(), region_), is_assembly(file));
            before = change_statements(before);
        }
        for (const Constant& constant : constants_)
            if (constant.file == plain(file))
                turn_bits(constant);
    }

    // Numbers them from `before` on, and returns how far they go.
    unsigned change_statements(unsigned before) {
        std::optional<std::size_t> last;
        for (std::size_t i = 0; i < pieces_.size(); ++i) {
            if (pieces_[i].is == Piece::Is::label)
                last.reset();
            if (pieces_[i].is != Piece::Is::statement)
                continue;
            if (last)
                add("swap", before,
                    [&](std::vector<Piece>& its) { std::swap(its[*last], its[i]); });
            add("drop", ++before, [&](std::vector<Piece>& its) { its[i].text.clear(); });
            last = i;
        }
        return before;
    }

    template <class Edit>
    void add(std::string_view kind, unsigned number, Edit edit) {
        std::vector<Piece> its = pieces_;
        edit(its);
        std::string code;
        for (const Piece& piece : its)
            code += piece.text;
        add(kind, number, with_code(text(), region_, code));
    }

    void add(std::string_view kind, unsigned number, const std::string& changed) {
        Change change{file_, std::string{kind}, number, {}};
        for (const auto& [file, text] : project_.reference)
            if (lab_of(file) == lab_of(file_))
                change.files[file] = file == file_ ? changed : text;
        all_.push_back(std::move(change));
    }

    void turn_bits(const Constant& constant) {
        for (unsigned bit = constant.first_bit; bit <= constant.last_bit; ++bit) {
            const std::string by =
                replaced(constant.changed, "@", fmt::format("{:#x}", std::uint64_t{1} << bit));
            std::string changed = text();
            for (const Region& region : regions(changed))
                changed = with_code(changed, region.name,
                                    replaced(code_in(changed, region.name), constant.text, by));
            if (changed == text())
                throw std::runtime_error(fmt::format("{}: nowhere is {}", file_, constant.text));
            add("bit-" + constant.name, bit, changed);
        }
    }

    const std::string& text() const { return project_.reference.at(file_); }

    const Project& project_;
    const std::vector<Constant>& constants_;
    std::string file_, region_;  // that is changed
    std::vector<Piece> pieces_;  // of it
    std::vector<Change> all_;
};

}  // namespace

std::string Change::name() const {
    return fmt::format("{} {}-{:02}", plain(file), kind, number);
}

std::vector<Constant> parse_constants(const std::string& path, std::string_view text) {
    std::vector<Constant> constants;
    for_rows(path, text, 5, [&](const std::vector<std::string>& its) {
        const auto [first, last] = range_of(its[4]);
        constants.push_back({its[0], its[1], its[2], its[3], first, last});
    });
    return constants;
}

Harmless::Harmless(const std::string& path, std::string_view text) {
    for_rows(path, text, 4, [&](const std::vector<std::string>& its) {
        rows_.push_back({its[0], its[1], {}});
        std::istringstream stream{its[2]};
        for (std::string numbers; stream >> numbers;)
            rows_.back().numbers.push_back(range_of(numbers));
    });
}

bool Harmless::contains(const Change& change) const {
    return std::ranges::any_of(rows_, [&](const Row& row) {
        return row.file == plain(change.file) && row.kind == change.kind &&
               std::ranges::any_of(row.numbers, [&](const Range& range) {
                   return range.first <= change.number && change.number <= range.second;
               });
    });
}

std::vector<Change> changes_of(const Project& project, const std::vector<Constant>& constants) {
    return Changer{project, constants}.all();
}

}  // namespace submissions
