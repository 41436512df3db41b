#include "checker/report/html.h"

#include <fmt/format.h>
#include <sstream>

#include "checker/report/brief.h"
#include "checker/report/html_lab.h"
#include "checker/report/html_style.h"
#include "checker/report/printable.h"
#include "checker/report/whole.h"

namespace report {

namespace {

using grading::Grade;
using grading::LabGrade;

std::string title(const Grade& grade) {
    return grade.labs.size() == 1 ? fmt::format("Lab {}", grade.labs.front().lab.number)
                                  : fmt::format("{} labs", grade.labs.size());
}

void add_summary(Element& main, const Grade& grade) {
    const grading::Points total = grading::points(grade);
    Element section = main.add("section", "lab");
    section.add("h2", "", "All labs");
    section.add("p", "result", fmt::format("{} of {} points", total.earned, total.possible));
    Element table = section.add("div", "scroll").add("table", "summary");
    Element head = table.add("thead").add("tr");
    for (const char* column : {"Lab", "Outcome", "Points", "Cause"})
        head.add("th", "", column).set("scope", "col");
    Element body = table.add("tbody");
    for (const LabGrade& lab : grade.labs) {
        Element row = body.add("tr");
        row.add("th", "")
            .set("scope", "row")
            .add("a", "", fmt::format("{} {}", lab.lab.number, lab.lab.title))
            .set("href", "#" + anchor(lab));
        Element outcome = row.add("td");
        add_badge(outcome, lab.verdict.outcome);
        row.add("td", "number", points_of(lab));
        const std::vector<std::string> lines = brief(lab);
        row.add("td", "", lines.empty() ? "" : shortened(lines.front()));
    }
    if (grade.together)
        for (const std::string& line : whole(*grade.together, grade.labs.size()))
            section.add("p", "note", shortened(line));
}

// The page may load nothing and run nothing, even if a browser should find something in it.
constexpr std::string_view page_head =
    R"(<!DOCTYPE html>
<html lang="en" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<title>Sipi: {}</title>
<style>{}</style>
</head>
)";

}  // namespace

std::string html(const Grade& grade, const SourceReader& sources) {
    pugi::xml_document document;
    Element body = Element{document}.add("body");
    body.add("header").add("h1", "brand", fmt::format("Sipi: {}", title(grade)));
    Element main = body.add("main");
    if (grade.labs.size() != 1)
        add_summary(main, grade);
    for (const LabGrade& lab : grade.labs)
        add_lab(main, lab, sources);

    std::ostringstream stream;
    // HTML knows no <td/>: it would take that for a beginning without an end.
    document.save(
        stream, "",
        pugi::format_raw | pugi::format_no_declaration | pugi::format_no_empty_element_tags,
        pugi::encoding_utf8);
    return fmt::format(page_head, title(grade), html_style) + stream.str() + "\n</html>\n";
}

}  // namespace report
