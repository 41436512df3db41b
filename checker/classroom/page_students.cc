#include "checker/classroom/page_students.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <utility>

namespace classroom {

using report::Element;

namespace {

std::string_view sign(std::string_view outcome) {
    return outcome == "passed"          ? "\u2713"
           : outcome == "not-yet"       ? "\u2026"
           : outcome == "checker-error" ? "?"
                                        : "\u2715";
}

void add_details(Element& cell, const Row& row) {
    if (!row.student.reason.empty())
        cell.add("p", "", fmt::format("Not graded: {}", row.student.reason));
    if (!row.note.failure.empty())
        cell.add("p", "", fmt::format("The grader failed: {}", row.note.failure));
    if (!row.same.empty())
        cell.add("p", "note", fmt::format("Handed in the same as {}.", fmt::join(row.same, ", ")));
    if (!row.note.result)
        return;
    const std::string folder = fmt::format("students/{}/", row.student.name);
    for (const LabResult& lab : row.note.result->labs) {
        if (lab.outcome == "passed")
            continue;
        Element part = cell.add("section", "why");
        part.set("data-lab", fmt::format("{}", lab.lab));
        Element head = part.add("p");
        head.add("b", "", fmt::format("Lab {}", lab.lab));
        head.add("span", fmt::format("badge {}", lab.outcome),
                 fmt::format("{} {}", sign(lab.outcome), lab.outcome));
        head.text(lab.judged ? fmt::format(" {} of {} ", lab.points, lab.possible)
                             : std::string{" not judged "});
        head.add("code", "", lab.diagnosis);
        for (const std::string& line : lab.lines)
            part.add("p", "said", report::shortened(line));
        part.add("a", "", "the whole story")
            .set("href", fmt::format("{}page.html#lab-{}", folder, lab.lab));
    }
    if (!row.note.result->whole.empty())
        cell.add("p", "note", report::shortened(row.note.result->whole));
    Element links = cell.add("p", "note");
    for (const auto& [file, name] :
         {std::pair{"page.html", "page"}, {"report.txt", "text"}, {"report.json", "JSON"}}) {
        links.add("a", "", name).set("href", folder + file);
        links.text(" ");
    }
}

void add_student(Element& table, const Class& all, std::size_t index) {
    const Row& row = all.rows[index];
    Element body = table.add("tbody", "student");
    body.set("id", anchor(index));
    Element line = body.add("tr", "line");
    Element name = line.add("th");
    name.set("scope", "row").set("data-value", row.student.name);
    name.add("button", "name", row.student.name)
        .set("type", "button")
        .set("aria-expanded", "false");
    if (!row.student.people.empty())
        name.add("span", "people", row.student.people);
    if (!row.note.result) {
        line.add("td", "number", row.student.reason.empty() ? "failed" : "not graded")
            .set("data-value", "-1");
        for (const lab::Lab& lab : all.labs)
            line.add("td", "cell").set("data-lab", fmt::format("{}", lab.number));
    } else {
        const grading::Points sum = points(*row.note.result);
        line.add("td", "number", fmt::format("{} of {}", sum.earned, sum.possible))
            .set("data-value", fmt::format("{}", sum.earned));
        for (const LabResult& lab : row.note.result->labs)
            line.add("td", fmt::format("cell {}", lab.outcome),
                     fmt::format("{} {}", sign(lab.outcome), lab.points))
                .set("data-value", fmt::format("{}", lab.points))
                .set("data-lab", fmt::format("{}", lab.lab))
                .set("data-outcome", lab.outcome)
                .set("data-cause", lab.diagnosis)
                .set("title", fmt::format("lab {}: {} {}", lab.lab, lab.outcome, lab.diagnosis));
    }
    Element details = body.add("tr", "details").add("td");
    details.set("colspan", fmt::format("{}", all.labs.size() + 2));
    add_details(details, row);
}

}  // namespace

std::string anchor(std::size_t row) {
    return fmt::format("student-{}", row + 1);
}

void add_students(Element& main, const Class& all) {
    Element part = main.part("Students");
    part.set("id", "students");
    Element tools = part.add("div", "tools");
    tools.add("input")
        .set("type", "search")
        .set("placeholder", "a name, a cause, a word")
        .set("aria-label", "search");
    tools.add("span", "shown note");
    tools.add("button", "choice clear", "show all").set("type", "button");
    Element table = part.add("div", "scroll").add("table", "students");
    Element head = table.add("thead").add("tr");
    const auto column = [&](const std::string& title, const std::string& help) {
        head.add("th")
            .set("scope", "col")
            .add("button", "sort", title)
            .set("type", "button")
            .set("title", help);
    };
    column("Student", "sort by name");
    column("Points", "sort by points");
    for (const lab::Lab& lab : all.labs)
        column(fmt::format("Lab {}", lab.number), fmt::format("sort by {}", lab.title));
    for (std::size_t i = 0; i < all.rows.size(); ++i)
        add_student(table, all, i);
}

}  // namespace classroom
