#include "checker/catalogue/catalogue.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <numeric>
#include <utility>

#include "checker/error.h"
#include "checker/process/descriptor.h"

namespace catalogue {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view folder = "docs/causes";

// The lines of a file, one at a time, and how it is refused.
class Lines {
  public:
    Lines(std::string_view id, std::string_view text) : id_(id), rest_(text) { next(); }

    bool at_end() const { return at_end_; }
    std::string_view line() const { return line_; }
    bool starts_with(std::string_view beginning) const {
        return !at_end_ && line_.starts_with(beginning);
    }
    void next() {
        at_end_ = rest_.empty();
        const std::size_t end = std::min(rest_.find('\n'), rest_.size());
        line_ = rest_.substr(0, end);
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        ++number_;
    }
    void skip_empty() {
        while (!at_end_ && line_.empty())
            next();
    }
    [[noreturn]] void fail(std::string_view problem) const {
        throw checker::Error(fmt::format("{}/{}.md:{}: {}", folder, id_, number_, problem));
    }

  private:
    std::string_view id_, rest_, line_;
    unsigned number_ = 0;
    bool at_end_ = false;
};

// Without the marks of Markdown: "[nxe-missing](nxe-missing.md)" is "nxe-missing", and another
// document its file.
std::string plain(std::string_view text) {
    constexpr std::string_view above = "../";
    std::string result;
    for (;;) {
        const std::size_t middle = text.find("](");
        const std::size_t begin = text.rfind('[', middle), end = text.find(')', middle);
        if (middle == text.npos || begin == text.npos || end == text.npos)
            return result.append(text);
        result += text.substr(0, begin);
        const std::string_view target = text.substr(middle + 2, end - middle - 2);
        result += target.starts_with(above) ? target.substr(above.size())
                                            : text.substr(begin + 1, middle - begin - 1);
        text.remove_prefix(end + 1);
    }
}

void join(std::string& text, std::string_view line) {
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    text += fmt::format("{}{}", text.empty() ? "" : " ", line);
}

// "- KEY: VALUE". Cases are for the tests, which ask more of them.
void read_key(Lines& lines, Entry& entry) {
    const std::size_t colon = lines.line().find(": ");
    if (colon == std::string_view::npos)
        lines.fail("must be \"- KEY: VALUE\"");
    const std::string_view key = lines.line().substr(2, colon - 2);
    const std::string_view value = lines.line().substr(colon + 2);
    if (key == "lab") {
        const auto [end, error] =
            std::from_chars(value.data(), value.data() + value.size(), entry.lab);
        if (error != std::errc{} || end != value.data() + value.size() || entry.lab == 0)
            lines.fail("lab must be a lab's number");
    } else if (key == "handout") {
        entry.section = value;
    } else if (key != "case" && key != "not") {
        lines.fail(fmt::format("{} is not a key that the checker knows here", key));
    }
    lines.next();
}

// The text under "## HEADING"; where it need not be there, and is not, nothing.
std::string read_section(Lines& lines, std::string_view heading, bool required = true) {
    lines.skip_empty();
    if (lines.line() != fmt::format("## {}", heading)) {
        if (required)
            lines.fail(fmt::format("must be \"## {}\"", heading));
        return "";
    }
    lines.next();
    std::string text;
    for (; !lines.at_end() && !lines.starts_with("## "); lines.next())
        if (!lines.line().empty())
            join(text, lines.line());
    if (text.empty())
        lines.fail(fmt::format("\"{}\" says nothing", heading));
    return plain(text);
}

std::vector<std::string> read_list(Lines& lines) {
    std::vector<std::string> items;
    for (; !lines.at_end() && !lines.line().empty(); lines.next()) {
        if (lines.starts_with("- "))
            items.emplace_back();
        if (items.empty())
            lines.fail("must be a list");
        join(items.back(), lines.line().substr(2));
    }
    for (std::string& item : items)
        item = plain(item);
    return items;
}

// By how many letters two ids differ.
std::size_t distance(std::string_view one, std::string_view other) {
    std::vector<std::size_t> row(other.size() + 1);
    std::iota(row.begin(), row.end(), 0u);
    for (std::size_t i = 0; i < one.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < other.size(); ++j) {
            const std::size_t changed = diagonal + (one[i] == other[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

}  // namespace

Entry parse(std::string_view id, std::string_view text) {
    Lines lines{id, text};
    Entry entry;
    entry.id = id;
    const std::string title = fmt::format("# {}: ", id);
    if (!lines.starts_with(title))
        lines.fail(fmt::format("must begin with \"{}\" and what it is", title));
    entry.headline = lines.line().substr(title.size());
    lines.next();
    lines.skip_empty();
    while (lines.starts_with("- "))
        read_key(lines, entry);
    entry.why = read_section(lines, "Why");
    entry.what_to_do = read_section(lines, "What to do");
    entry.on_silicon = read_section(lines, "On silicon and in the emulators", false);
    if (lines.line() != "## Read on")
        lines.fail("must be \"## Read on\"");
    lines.next();
    lines.skip_empty();
    entry.read_on = read_list(lines);
    if (!lines.at_end() || entry.read_on.empty())
        lines.fail("must be the list that ends the file");
    return entry;
}

std::string Entry::why_and(std::string_view detail) const {
    std::string text = why;
    if (!detail.empty())
        join(text, detail);
    return text;
}

Catalogue::Catalogue(std::vector<Entry> entries) : entries_(std::move(entries)) {
    std::ranges::sort(entries_, {}, &Entry::id);
}

Catalogue Catalogue::read(const fs::path& project) {
    std::vector<Entry> entries;
    std::error_code problem;
    for (const fs::directory_entry& each : fs::directory_iterator(project / folder, problem)) {
        const fs::path& file = each.path();
        if (file.extension() != ".md" || file.stem() == "README")
            continue;
        const std::string text = process::contents_of(file);
        if (text.empty())
            throw checker::Error(fmt::format("cannot read {}", file.string()));
        entries.push_back(parse(file.stem().string(), text));
    }
    if (entries.empty())
        throw checker::Error(
            fmt::format("no causes in {}: take {}/ from where the project came from",
                        project.string(), folder));
    return Catalogue{std::move(entries)};
}

const Entry* Catalogue::find(std::string_view id) const {
    const auto found = std::ranges::lower_bound(entries_, id, {}, &Entry::id);
    return found == entries_.end() || found->id != id ? nullptr : &*found;
}

std::vector<std::string_view> Catalogue::like(std::string_view id) const {
    constexpr std::size_t most = 3;
    // Who knows a part of it means one that has that part.
    const auto unlike = [&](std::string_view other) {
        const bool part = !id.empty() && other.find(id) != std::string_view::npos;
        return part ? std::size_t{0} : distance(id, other);
    };
    std::vector<std::string_view> ids;
    for (const Entry& entry : entries_)
        ids.push_back(entry.id);
    std::ranges::stable_sort(ids, {}, unlike);
    ids.resize(std::min(ids.size(), most));
    return ids;
}

}  // namespace catalogue
