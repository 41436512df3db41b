#include "tests/submissions/statements.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <span>
#include <utility>

#include "checker/process/output.h"

namespace submissions {

namespace {

bool is_in_name(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.';
}

std::string_view without_comment(std::string_view line, bool assembly) {
    return process::trimmed(line.substr(0, line.find(assembly ? ";" : "//")), " \n");
}

Piece::Is beginning(std::string_view code, bool assembly) {
    if (code.empty())
        return Piece::Is::nothing;
    if (assembly ? code.ends_with(':') || code.starts_with("bits ") : false)
        return Piece::Is::label;
    if (!assembly && (code.starts_with("const ") || code.starts_with("constexpr ")))
        return Piece::Is::declaration;
    return Piece::Is::statement;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t size = std::min(text.find('\n'), text.size() - 1) + 1;
        lines.push_back(text.substr(0, size));
        text.remove_prefix(size);
    }
    return lines;
}

// How many brackets more are opened than closed.
long depth(std::string_view code) {
    const auto count = [&](std::string_view set) {
        return std::ranges::count_if(code, [&](char c) { return set.find(c) != set.npos; });
    };
    return count("({[") - count(")}]");
}

std::string text_of(std::span<const Piece> pieces) {
    std::string text;
    for (const Piece& piece : pieces)
        text += piece.text;
    return text;
}

// What the starter has behind all that somebody has written as well.
std::string rest_of(std::span<const Piece> starter, std::span<const Piece> written) {
    std::size_t rest = 0;
    for (std::size_t i = 0; i < starter.size(); ++i)
        for (const Piece& piece : written)
            if (piece.is != Piece::Is::nothing && words(piece, true) == words(starter[i], true))
                rest = i + 1;
    return text_of(starter.subspan(rest));
}

// The labels that the code jumps to and does not have, each with the bits of what follows it.
std::string missing_labels(std::string_view code, std::span<const Step> later) {
    std::string labels;
    for (const Step& step : later) {
        std::string its;
        bool wanted = false;
        for (const Piece& piece : step)
            if (piece.is == Piece::Is::label) {
                its += piece.text;
                const std::string name = name_of(piece);
                wanted = wanted || (mentions(code, name) && code.find(name + ":\n") == code.npos);
            }
        labels += wanted ? its : "";
    }
    return labels;
}

// A line for each parameter, as the starter has them, and each declaration.
std::string named(std::span<const Piece> starter, std::span<const Piece> written) {
    std::string lines;
    for (const Piece& piece : starter)
        if (words(piece, false).starts_with("static_cast<void>("))
            lines += piece.text;
    for (const Piece& piece : written)
        if (piece.is == Piece::Is::declaration)
            lines += fmt::format("    static_cast<void>({});\n", name_of(piece));
    return lines;
}

}  // namespace

std::vector<Piece> pieces_of(std::string_view code, bool assembly) {
    std::vector<Piece> pieces;
    long open = 0;
    bool ended = true;
    for (const std::string_view line : lines_of(code)) {
        const std::string_view its = without_comment(line, assembly);
        if (ended)
            pieces.push_back({beginning(its, assembly), std::string{line}});
        else
            pieces.back().text += line;
        if (assembly || (ended && its.empty()))
            continue;
        open += depth(its);
        ended = open == 0 && (its.ends_with(';') || its.ends_with('}'));
    }
    return pieces;
}

std::string words(const Piece& piece, bool assembly) {
    std::string all;
    for (const std::string_view line : lines_of(piece.text))
        if (const std::string_view its = without_comment(line, assembly); !its.empty())
            all += (all.empty() ? "" : " ") + std::string{its};
    return all;
}

std::string name_of(const Piece& piece) {
    const std::string_view text = piece.text;
    std::size_t end = text.find_first_of(piece.is == Piece::Is::label ? ":" : "={(");
    if (end == std::string_view::npos)
        return "";
    while (end > 0 && text[end - 1] == ' ')
        --end;
    std::size_t begin = end;
    while (begin > 0 && is_in_name(text[begin - 1]))
        --begin;
    return std::string{text.substr(begin, end - begin)};
}

bool mentions(std::string_view text, std::string_view name) {
    if (name.empty())
        return false;
    for (std::size_t at = 0; (at = text.find(name, at)) != std::string_view::npos; ++at) {
        const std::size_t end = at + name.size();
        if ((at == 0 || !is_in_name(text[at - 1])) &&
            (end == text.size() || !is_in_name(text[end])))
            return true;
    }
    return false;
}

std::vector<Step> steps_of(std::string_view code, bool assembly) {
    std::vector<Step> steps;
    Step step;
    for (Piece& piece : pieces_of(code, assembly)) {
        step.push_back(std::move(piece));
        if (step.back().is == Piece::Is::statement)
            steps.push_back(std::exchange(step, {}));
    }
    return steps;
}

std::string prefix(const std::vector<Step>& steps, std::size_t count, bool assembly,
                   std::string_view starter, Below below) {
    std::vector<Piece> written;
    for (const Step& step : std::span{steps.data(), count})
        written.insert(written.end(), step.begin(), step.end());
    std::string code = text_of(written);
    if (count == steps.size())
        return code;
    const std::vector<Piece> its = pieces_of(starter, assembly);
    if (!assembly)
        return code + named(its, written);
    if (below == Below::starter)
        code += rest_of(its, written);
    return code + missing_labels(code, std::span{steps}.subspan(count));
}

}  // namespace submissions
