#include "tests/submissions/case.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace submissions {

namespace fs = std::filesystem;
using evidence::Engine;

namespace {

constexpr std::array engines{Engine::qemu, Engine::bochs};
constexpr std::array kinds{std::pair{"wrong", Kind::wrong}, std::pair{"right", Kind::right},
                           std::pair{"hostile", Kind::hostile}};

[[noreturn]] void fail(const std::string& path, unsigned line, std::string_view problem) {
    throw std::runtime_error(fmt::format("{}:{}: {}", path, line, problem));
}

std::vector<std::string> words_of(std::string_view text) {
    std::istringstream stream{std::string{text}};
    return {std::istream_iterator<std::string>(stream), {}};
}

std::optional<unsigned> number_of(std::string_view text) {
    unsigned number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

bool is_header(std::string_view line) {
    return line.starts_with("-- ") && line.ends_with(" --") && line.size() > 6;
}

class Reader {
  public:
    Reader(const std::string& path, std::string_view text, const Project& project)
        : project_(project), rest_(text) {
        its_.path = path;
    }

    Case read(bool unfinished) {
        read_head();
        while (!at_end_)
            read_section();
        if (!unfinished)
            require_verdicts();
        if (its_.sections.empty())
            fail("nothing in it differs from the reference: there is no section");
        return std::move(its_);
    }

  private:
    [[noreturn]] void fail(std::string_view problem) const {
        submissions::fail(its_.path, line_number_, problem);
    }

    // Moves to the next line; at_end_ behind the last.
    void next() {
        at_end_ = rest_.empty();
        if (at_end_)
            return;
        ++line_number_;
        const std::size_t end = std::min(rest_.find('\n'), rest_.size());
        line_ = rest_.substr(0, end);
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
    }

    void read_head() {
        next();
        if (at_end_ || !line_.starts_with("# ") || line_.size() < 4)
            fail("the first line is no title: # What is special about it.");
        its_.title = line_.substr(2);
        std::set<std::string> keys;
        for (next(); !at_end_ && !is_header(line_); next()) {
            if (line_.empty() || line_.starts_with('#'))
                continue;
            const std::size_t colon = std::min(line_.find(':'), line_.size());
            const std::string key{line_.substr(0, colon)};
            if (!keys.insert(key).second)
                fail(fmt::format("a second {}:", key));
            read_line(key, words_of(line_.substr(std::min(colon + 1, line_.size()))));
        }
        if (!keys.contains("kind"))
            fail("no line before says what it is: kind: wrong, right or hostile");
        finish_head();
    }

    void read_line(const std::string& key, const std::vector<std::string>& words) {
        const std::string only = words.size() == 1 ? words.front() : "";
        if (key == "kind") {
            const auto found =
                std::ranges::find(kinds, only, [](const auto& each) { return each.first; });
            if (found == kinds.end())
                fail("kind: must be wrong, right or hostile");
            its_.kind = found->second;
        } else if (key == "lab") {
            const std::optional<unsigned> number = number_of(only);
            if (!number)
                fail("lab: must be a number");
            its_.lab = lab([&]() -> const lab::Lab& { return project_.lab(*number); });
        } else if (key == "qemu" || key == "bochs") {
            const std::optional<unsigned> points =
                words.size() == 3 ? number_of(words[2]) : std::nullopt;
            if (!points)
                fail(fmt::format("{}: must be outcome, diagnosis and points", key));
            its_.expected[key == "qemu" ? Engine::qemu : Engine::bochs] = {words[0], words[1],
                                                                           *points};
        } else {
            fail(fmt::format("cannot read: {}", line_));
        }
    }

    template <class Find>
    const lab::Lab* lab(Find find) const {
        try {
            return &find();
        } catch (const std::exception& error) {
            fail(error.what());
        }
    }

    void finish_head() {
        const fs::path path{its_.path};
        const std::string folder = path.parent_path().filename().string();
        if (!its_.lab)
            its_.lab = lab([&]() -> const lab::Lab& { return project_.lab(folder); });
        its_.name = fmt::format("{}-{}", its_.lab->number, path.stem().string());
        if (its_.kind != Kind::right)
            return;
        if (!its_.expected.empty())
            fail("what is right passes in both engines, and no line before says that");
        for (const Engine engine : engines)
            its_.expected[engine] = {"passed", "null", its_.lab->points};
    }

    void read_section() {
        its_.sections.push_back(header());
        std::string& code = its_.sections.back().code;
        for (next(); !at_end_ && !is_header(line_); next())
            code += std::string{line_} + '\n';
        while (code == "\n" || code.ends_with("\n\n"))
            code.pop_back();
        if (its_.sections.back().holds == Section::Holds::starter && !code.empty())
            submissions::fail(its_.path, its_.sections.back().line,
                              "the starter's code is in labs/; what follows is not");
    }

    Section header() const {
        std::vector<std::string> words = words_of(line_.substr(3, line_.size() - 6));
        Section section{words.front(), "", Section::Holds::region, "", line_number_};
        if (section.file.find('/') == std::string::npos)
            section.file = its_.lab->directory + "/" + section.file;
        if (!project_.reference.contains(section.file))
            fail(fmt::format("there is no solutions/{}", section.file));
        if (words.back() == "starter" || words.back() == "whole") {
            section.holds =
                words.back() == "whole" ? Section::Holds::whole : Section::Holds::starter;
            words.pop_back();
        }
        if (words.size() == 2 && section.holds != Section::Holds::whole)
            section.region = words[1];
        else if (words.size() != 1)
            fail(
                "a header is -- FILE --, -- FILE REGION --, -- FILE starter -- or -- FILE whole "
                "--");
        return section;
    }

    void require_verdicts() const {
        for (const Engine engine : engines)
            if (its_.kind != Kind::hostile && !its_.expected.contains(engine))
                fail(
                    fmt::format("no line before says what comes of it in {0}; with --update, "
                                "submissions writes it: {0}: outcome diagnosis points",
                                name(engine)));
        if (its_.expected.empty())
            fail("no line before says what comes of it");
        const auto passes = [](const auto& each) { return each.second.outcome == "passed"; };
        if (its_.kind == Kind::wrong && std::ranges::all_of(its_.expected, passes))
            fail("it is wrong, and passes in both engines: nobody notices it");
    }

    const Project& project_;
    std::string_view rest_, line_;
    unsigned line_number_ = 0;
    bool at_end_ = false;
    Case its_;
};

}  // namespace

std::string in_words(const Verdict& verdict) {
    return fmt::format("{} {} {}", verdict.outcome, verdict.diagnosis, verdict.points);
}

std::string_view name(Engine engine) {
    return engine == Engine::qemu ? "qemu" : "bochs";
}

Case parse_case(const std::string& path, std::string_view text, const Project& project,
                bool unfinished) {
    return Reader{path, text, project}.read(unfinished);
}

Files files_of(const Case& its, const Project& project) {
    std::set<std::string> labs{its.lab->directory};
    for (const Section& section : its.sections)
        labs.insert(section.file.substr(0, section.file.find('/')));
    Files files;
    for (const auto& [file, text] : project.reference)
        if (labs.contains(file.substr(0, file.find('/'))))
            files[file] = text;
    for (const Section& section : its.sections)
        try {
            std::string& text = files[section.file];
            const std::string& starter = project.starters.at(section.file);
            if (section.holds == Section::Holds::whole)
                text = section.code;
            else if (section.holds == Section::Holds::region)
                text = with_code(text, section.region, section.code);
            else if (section.region.empty())
                text = starter;
            else
                text = with_code(text, section.region, code_in(starter, section.region));
        } catch (const std::runtime_error& error) {
            fail(its.path, section.line, error.what());
        }
    return files;
}

std::string with_verdicts(std::string_view text, const Verdicts& verdicts) {
    std::istringstream lines{std::string{text}};
    std::string all, line;
    bool in_head = true;
    while (std::getline(lines, line)) {
        in_head = in_head && !is_header(line);
        if (in_head && (line.starts_with("qemu:") || line.starts_with("bochs:")))
            continue;
        if (in_head && line.starts_with("kind:")) {
            all += line + '\n';
            line.clear();
            for (const auto& [engine, verdict] : verdicts)
                line += fmt::format("{}{:<6} {}", line.empty() ? "" : "\n",
                                    fmt::format("{}:", name(engine)), in_words(verdict));
        }
        all += line + '\n';
    }
    return all;
}

std::vector<fs::path> find_cases(const std::vector<fs::path>& places) {
    std::vector<fs::path> cases;
    for (const fs::path& place : places) {
        if (!fs::is_directory(place)) {
            cases.push_back(place);
            continue;
        }
        const std::size_t before = cases.size();
        for (const fs::directory_entry& entry : fs::recursive_directory_iterator(place))
            if (entry.path().extension() == ".case")
                cases.push_back(entry.path());
        if (cases.size() == before)
            throw std::runtime_error(fmt::format("{}: there is no case", place.string()));
    }
    std::ranges::sort(cases, {},
                      [](const fs::path& file) { return fs::path{file}.replace_extension(); });
    return cases;
}

}  // namespace submissions
