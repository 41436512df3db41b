#include "checker/classroom/classroom.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "checker/report/junit.h"
#include "checker/report/layout.h"

namespace classroom {

namespace {

using report::Element;

constexpr std::size_t columns = 80;

// Quoted as RFC 4180 has it. A spreadsheet takes what begins with one of these for a formula.
std::string field(std::string_view text) {
    std::string value = report::printable(text);
    if (value.find_first_of("=+-@") == 0)
        value.insert(0, "'");
    std::string quoted = "\"";
    for (const char c : value)
        quoted += c == '"' ? std::string{"\"\""} : std::string{c};
    return quoted + "\"";
}

const LabResult* lab_of(const Row& row, unsigned number) {
    if (!row.note.result)
        return nullptr;
    const auto& labs = row.note.result->labs;
    const auto found = std::ranges::find(labs, number, &LabResult::lab);
    return found == labs.end() ? nullptr : &*found;
}

std::string remark(const Row& row) {
    if (!row.student.reason.empty())
        return "not graded: " + row.student.reason;
    if (!row.note.failure.empty())
        return "the grader failed: " + row.note.failure;
    if (row.untouched)
        return "the starters, unchanged";
    return row.same.empty() ? "" : fmt::format("the same as {}", fmt::join(row.same, ", "));
}

void add_case(Element& suite, const Row& row, std::string_view name, const char* kind,
              std::string_view type, std::string_view message) {
    Element test = suite.add("testcase");
    test.set("classname", row.student.name).set("name", name);
    if (*kind != '\0')
        test.add(kind).set("type", type).set("message", message);
}

void add_suite(Element& suites, const Class& all, const Row& row) {
    Element suite = suites.add("testsuite");
    suite.set("name", row.student.name);
    if (!row.student.reason.empty())
        add_case(suite, row, "something to grade", "failure", "not-graded", row.student.reason);
    for (const lab::Lab& lab : all.labs) {
        const LabResult* result = lab_of(row, lab.number);
        if (!result)
            continue;
        const bool passed = result->outcome == "passed";
        add_case(suite, row, fmt::format("Lab {}: {}", lab.number, lab.title),
                 passed ? "" : (result->judged ? "failure" : "error"), result->outcome,
                 fmt::format("{}", fmt::join(result->lines, " ")));
    }
    if (!row.note.failure.empty())
        add_case(suite, row, "the grader itself", "error", "checker-error", row.note.failure);
    report::set_counts(suite);
}

// "  name  words", the words wrapped beside it.
std::string item(std::string_view name, std::string_view words) {
    constexpr std::size_t width = 18;
    if (name.size() > width)
        return fmt::format("  {}\n", report::printable(name)) + item("", words);
    return report::row(name, width, report::wrap(report::printable(words), columns - width - 6));
}

std::string per_lab(const Class& all, const lab::Lab& lab) {
    const std::vector<const LabResult*> results = results_of(all, lab.number);
    std::size_t passed = 0;
    std::map<std::string, std::size_t> counts;
    for (const LabResult* result : results)
        if (result->outcome == "passed")
            ++passed;
        else
            ++counts[result->diagnosis.empty() ? result->outcome : result->diagnosis];
    const auto met = most_first(counts);
    constexpr std::size_t most = 3;
    std::string causes;
    for (std::size_t i = 0; i < std::min(most, met.size()); ++i)
        causes += fmt::format("{}{} {}", causes.empty() ? "" : ", ", met[i].second, met[i].first);
    if (met.size() > most)
        causes += fmt::format(", {} more", met.size() - most);
    return item(fmt::format("lab {}  {} of {}", lab.number, passed, results.size()),
                causes.empty() ? "-" : causes);
}

}  // namespace

std::vector<const LabResult*> results_of(const Class& all, unsigned lab) {
    std::vector<const LabResult*> found;
    for (const Row& row : all.rows)
        if (const LabResult* result = lab_of(row, lab))
            found.push_back(result);
    return found;
}

std::string in_numbers(const Class& all) {
    const auto done = std::ranges::count_if(all.rows, [](const Row& row) {
        return row.student.reason.empty() && row.note.failure.empty() && row.note.result;
    });
    const auto nothing =
        std::ranges::count_if(all.rows, [](const Row& row) { return !row.student.reason.empty(); });
    const auto failed =
        std::ranges::count_if(all.rows, [](const Row& row) { return !row.note.failure.empty(); });
    std::string text = fmt::format("{} graded", done);
    if (nothing != 0)
        text += fmt::format(", {} handed in nothing that can be graded", nothing);
    if (failed != 0)
        text += fmt::format(", the grader failed on {}", failed);
    return text;
}

std::vector<std::vector<std::string>> identical(const Class& all) {
    std::vector<std::vector<std::string>> groups;
    for (const Row& row : all.rows) {
        if (row.same.empty() || row.untouched || row.same.front() < row.student.name)
            continue;
        groups.push_back({row.student.name});
        groups.back().insert(groups.back().end(), row.same.begin(), row.same.end());
    }
    return groups;
}

std::string csv(const Class& all) {
    std::string text = "name,people,points,possible";
    for (const lab::Lab& lab : all.labs)
        text += fmt::format(",lab {0} points,lab {0} outcome,lab {0} cause", lab.number);
    text += ",remark\r\n";
    for (const Row& row : all.rows) {
        text += field(row.student.name) + "," + field(row.student.people);
        const grading::Points sum = row.note.result ? points(*row.note.result) : grading::Points{};
        text += row.note.result ? fmt::format(",{},{}", sum.earned, sum.possible) : ",,";
        for (const lab::Lab& lab : all.labs) {
            const LabResult* result = lab_of(row, lab.number);
            text += !result          ? ",,,"
                    : result->judged ? fmt::format(",{},{},{}", result->points, result->outcome,
                                                   result->diagnosis)
                                     : fmt::format(",,{},", result->outcome);
        }
        text += "," + field(remark(row)) + "\r\n";
    }
    return text;
}

std::string junit(const Class& all) {
    report::JUnitFile file;
    for (const Row& row : all.rows)
        add_suite(file.suites, all, row);
    report::set_counts(file.suites);
    return file.text();
}

std::string seconds(const Class& all) {
    std::string text = "name,seconds,processor seconds\r\n";
    for (const Row& row : all.rows)
        if (row.note.result)
            text += fmt::format("{},{:.2f},{:.2f}\r\n", field(row.student.name),
                                row.note.result->seconds, row.note.result->processor_seconds);
    return text;
}

std::string summary(const Class& all) {
    std::string text = in_numbers(all) + "\n\nPassed, and what others met most\n";
    for (const lab::Lab& lab : all.labs)
        text += per_lab(all, lab);
    const auto list = [&](std::string_view title, const auto& words_of) {
        std::string items;
        for (const Row& row : all.rows)
            if (const std::string words = words_of(row); !words.empty())
                items += item(row.student.name, words);
        if (!items.empty())
            text += fmt::format("\n{}\n{}", title, items);
    };
    list("Not graded", [](const Row& row) { return row.student.reason; });
    list("The grader failed: nobody's fault who handed in; the same command tries again",
         [](const Row& row) { return row.note.failure; });
    if (const auto groups = identical(all); !groups.empty()) {
        text += "\nThe same from several\n";
        for (const std::vector<std::string>& group : groups)
            for (const std::string& line :
                 report::wrap(fmt::format("{}", fmt::join(group, ", ")), columns - 2))
                text += fmt::format("  {}\n", line);
    }
    return text;
}

}  // namespace classroom
