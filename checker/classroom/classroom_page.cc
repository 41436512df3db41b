#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <numeric>
#include <utility>

#include "checker/classroom/classroom.h"
#include "checker/report/markup.h"

// The bytes of class.css and class.js as they are; mk/checker.mk knows of them.
asm(R"(
.pushsection .rodata
sipi_class_css: .incbin "checker/classroom/class.css"
sipi_class_css_end:
sipi_class_js: .incbin "checker/classroom/class.js"
sipi_class_js_end:
.popsection
)");
extern "C" const char sipi_class_css[], sipi_class_css_end[];
extern "C" const char sipi_class_js[], sipi_class_js_end[];

namespace classroom {

using report::Element;

namespace {

constexpr std::array<std::string_view, 7> outcomes{"passed", "not-yet",     "fault",        "hang",
                                                   "reset",  "build-error", "checker-error"};

// What chooses students: those with this outcome of a lab, this cause, or both empty: who has not
// passed it.
Element add_choice(Element& parent, std::string_view kind, std::string_view text, unsigned lab,
                   std::string_view outcome, std::string_view cause) {
    Element button = parent.add("button", kind, text);
    button.set("type", "button").set("data-choose", fmt::format("{}", lab));
    button.set("data-outcome", outcome).set("data-cause", cause);
    return button;
}

void add_distribution(Element& body, const Class& all, const lab::Lab& lab) {
    const auto results = results_of(all, lab.number);
    const auto with = [&](std::string_view outcome) {
        return static_cast<std::size_t>(std::ranges::count(results, outcome, &LabResult::outcome));
    };
    Element row = body.row(fmt::format("{} {}", lab.number, lab.title));
    Element passed = row.add("td", "number");
    passed.text(fmt::format("{} of {}", with("passed"), results.size()));
    Element open = row.add("td", "number");
    add_choice(open, "choice", fmt::format("{} have not", results.size() - with("passed")),
               lab.number, "", "");
    Element bar = row.add("td").add("div", "bar");
    for (const std::string_view outcome : outcomes) {
        const std::size_t count = with(outcome);
        if (count == 0)
            continue;
        Element part = add_choice(bar, fmt::format("part {}", outcome), fmt::format("{}", count),
                                  lab.number, outcome, "");
        part.set("style", fmt::format("flex-grow:{}", count));
        part.set("title", fmt::format("lab {}: {} {}", lab.number, count, outcome));
    }
    // How many have so much of the points: none, each quarter, all.
    constexpr std::size_t steps = 6;
    std::array<std::size_t, steps> counts{};
    for (const LabResult* each : results)
        if (each->judged && each->possible != 0)
            ++counts.at(each->points == 0                ? 0
                        : each->points == each->possible ? steps - 1
                                                         : 1 + each->points * 4 / each->possible);
    const std::size_t most = std::max<std::size_t>(1, *std::ranges::max_element(counts));
    Element histogram = row.add("td").add("div", "columns");
    constexpr std::array<std::string_view, steps> names{"no points",    "up to a quarter",
                                                        "up to a half", "up to three quarters",
                                                        "almost all",   "all points"};
    for (std::size_t i = 0; i < steps; ++i)
        histogram.add("i")
            .set("style", fmt::format("height:{:.2f}%", 100.0 * static_cast<double>(counts.at(i)) /
                                                            static_cast<double>(most)))
            .set("title", fmt::format("{}: {}", names.at(i), counts.at(i)));
    const unsigned sum = std::transform_reduce(results.begin(), results.end(), 0u, std::plus{},
                                               [](const LabResult* each) { return each->points; });
    row.add("td", "number",
            results.empty()
                ? ""
                : fmt::format("{:.1f} of {}",
                              static_cast<double>(sum) / static_cast<double>(results.size()),
                              lab.points));
}

void add_causes(Element& main, const Class& all) {
    std::map<std::pair<std::string, unsigned>, std::size_t> counts;  // cause and lab
    for (const Row& row : all.rows)
        if (row.note.result)
            for (const LabResult& lab : row.note.result->labs)
                if (!lab.diagnosis.empty())
                    ++counts[{lab.diagnosis, lab.lab}];
    if (counts.empty())
        return;
    Element part = main.part("What they met, most first");
    part.set("id", "causes");
    Element body = part.table("causes", {"Students", "Lab", "Cause", ""});
    for (const auto& [key, count] : most_first(counts)) {
        const catalogue::Entry* entry = all.labs.front().causes->find(key.first);
        Element row = body.add("tr");
        Element number = row.add("td", "number");
        add_choice(number, "choice", fmt::format("{}", count), key.second, "", key.first);
        row.add("td", "number", fmt::format("{}", key.second));
        row.add("td").add("code", "", key.first);
        row.add("td", "", entry ? entry->headline + "." : "");
    }
}

// What a link to a student leads to: by the place in the class, since a name may be anything.
std::string anchor(const Class& all, const std::string& student) {
    const auto row = std::ranges::find_if(
        all.rows, [&](const Row& each) { return each.student.name == student; });
    return fmt::format("student-{}", row - all.rows.begin() + 1);
}

// What only a person can settle.
void add_to_look_at(Element& main, const Class& all) {
    Element part = main.part("For you to look at");
    part.set("id", "look");
    Element list = part.add("dl", "look");
    const auto link = [&](Element& to, const std::string& name) {
        to.add("a", "", name).set("href", "#" + anchor(all, name));
    };
    for (const Row& row : all.rows) {
        if (row.student.reason.empty() && row.note.failure.empty())
            continue;
        Element name = list.add("dt");
        link(name, row.student.name);
        list.add("dd", "",
                 row.student.reason.empty()
                     ? fmt::format("the grader failed, which is not the student's fault: {}",
                                   row.note.failure)
                     : fmt::format("not graded: {}", row.student.reason));
    }
    for (const std::vector<std::string>& group : identical(all)) {
        list.add("dt", "", fmt::format("{} the same", group.size()));
        Element names = list.add("dd");
        for (const std::string& name : group) {
            link(names, name);
            names.text(" ");
        }
    }
    const auto untouched = std::ranges::count_if(all.rows, &Row::untouched);
    if (untouched != 0) {
        list.add("dt", "", fmt::format("{}", untouched));
        list.add("dd", "", "handed in the starters, unchanged");
    }
    if (list.count("dt") == 0)
        part.add("p", "note", "Nothing: everybody was graded, and no two handed in the same.");
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
        head.badge(lab.outcome);
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

void add_student(Element& table, const Class& all, const Row& row) {
    Element body = table.add("tbody", "student");
    body.set("id", anchor(all, row.student.name));
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
                     fmt::format("{} {}", report::sign(lab.outcome), lab.points))
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

// A line for each student, to search and sort, and below it what there is to say of each.
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
    for (const Row& row : all.rows)
        add_student(table, all, row);
}

}  // namespace

std::string page(const Class& all) {
    pugi::xml_document document;
    Element body = Element{document}.add("body");
    const std::string title = fmt::format("a class of {}", all.rows.size());
    body.add("header").add("h1", "brand", fmt::format("Sipi: {}", title));
    Element main = body.add("main");
    main.add("p", "numbers", in_numbers(all));
    Element labs = main.part("The labs");
    labs.set("id", "labs");
    Element table = labs.table("labs", {"Lab", "Passed", "", "Outcomes", "Points", "On average"});
    for (const lab::Lab& lab : all.labs)
        add_distribution(table, all, lab);
    add_causes(main, all);
    add_to_look_at(main, all);
    add_students(main, all);
    std::string text = report::framed(document, title, {sipi_class_css, sipi_class_css_end},
                                      {sipi_class_js, sipi_class_js_end});
    for (std::size_t at; (at = text.find("</input>")) != std::string::npos;)
        text.replace(at, 8, "");
    return text;
}

}  // namespace classroom
