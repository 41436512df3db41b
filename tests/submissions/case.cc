#include "tests/submissions/case.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fmt/format.h>
#include <set>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace submissions {

namespace fs = std::filesystem;
using evidence::Engine;

namespace {

[[noreturn]] void fail(const std::string& path, unsigned line, std::string_view problem) {
    throw std::runtime_error(fmt::format("{}:{}: {}", path, line, problem));
}

std::vector<std::string> words_of(std::string_view text) {
    std::istringstream stream{std::string{text}};
    return {std::istream_iterator<std::string>(stream), {}};
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
        if (at_end_ || !line_.starts_with("# ") || line_.size() < 3)
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

    void read_line(std::string_view key, const std::vector<std::string>& words) {
        const std::string only = words.size() == 1 ? words.front() : "";
        if (key == "kind")
            read_kind(only);
        else if (key == "lab")
            its_.lab = lab(only);
        else if (key == "qemu" || key == "bochs")
            its_.expected[key == "qemu" ? Engine::qemu : Engine::bochs] = verdict(words);
        else
            fail(fmt::format("cannot read: {}", line_));
    }

    void read_kind(std::string_view word) {
        its_.kind = word == "right" ? Kind::right : word == "hostile" ? Kind::hostile : Kind::wrong;
        if (its_.kind == Kind::wrong && word != "wrong")
            fail("kind: must be wrong, right or hostile");
    }

    const lab::Lab* lab(std::string_view name) const {
        const lab::Lab* found = project_.lab(name);
        if (!found)
            fail(fmt::format("there is no lab {}", name));
        return found;
    }

    Verdict verdict(const std::vector<std::string>& words) const {
        Verdict its;
        if (words.size() == 3)
            its = {words[0], words[1], 0};
        const char* end = words.size() == 3 ? words[2].data() + words[2].size() : nullptr;
        if (!end || std::from_chars(words[2].data(), end, its.points).ptr != end)
            fail("what comes of it is outcome, diagnosis and points: fault nxe-missing 6");
        return its;
    }

    void finish_head() {
        const fs::path path{its_.path};
        if (!its_.lab)
            its_.lab = lab(path.parent_path().filename().string());
        its_.name = fmt::format("{}-{}", its_.lab->number, path.stem().string());
        if (its_.kind != Kind::right)
            return;
        if (!its_.expected.empty())
            fail("what is right passes in both engines, and no line before says that");
        for (const Engine engine : both_engines)
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
        Section section{words.empty() ? "" : words.front(), "", Section::Holds::region, "",
                        line_number_};
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
            fail("a header is FILE, FILE REGION, FILE starter or FILE whole, between dashes");
        return section;
    }

    void require_verdicts() const {
        const std::size_t wanted = its_.kind == Kind::hostile ? 1 : both_engines.size();
        if (its_.expected.size() < wanted)
            fail("no lines before say what comes of it in each engine; --update writes them");
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

bool is_header(std::string_view line) {
    return line.starts_with("-- ") && line.ends_with(" --") && line.size() > 6;
}

Case parse_case(const std::string& path, std::string_view text, const Project& project,
                bool unfinished) {
    return Reader{path, text, project}.read(unfinished);
}

Files files_of(const Case& its, const Project& project) {
    std::set<std::string> labs{its.lab->directory};
    for (const Section& section : its.sections)
        labs.insert(std::string{lab_of(section.file)});
    Files files;
    for (const auto& [file, text] : project.reference)
        if (labs.contains(std::string{lab_of(file)}))
            files[file] = text;
    for (const Section& section : its.sections)
        try {
            put(section, files, project);
        } catch (const std::runtime_error& error) {
            fail(its.path, section.line, error.what());
        }
    return files;
}

}  // namespace submissions
