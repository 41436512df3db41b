#include "checker/report/markup.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <sstream>

#include "checker/judgement/outcome.h"
#include "checker/report/layout.h"

// The bytes of page.css, taken into the program as they are; mk/checker.mk knows of it.
asm(R"(
.pushsection .rodata
sipi_page_css: .incbin "checker/report/page.css"
sipi_page_css_end:
.popsection
)");
extern "C" const char sipi_page_css[], sipi_page_css_end[];

namespace report {

namespace {

using judgement::Outcome;

// Elements that begin a line of the page's text, for who reads that.
constexpr auto blocks = std::to_array<std::string_view>(
    {"article", "details", "div",   "dl",    "figure", "h1", "h2",  "h3",
     "h4",      "header",  "li",    "main",  "ol",     "p",  "pre", "section",
     "svg",     "table",   "tbody", "thead", "tr",     "ul"});

// It may load nothing and run nothing but what is in it, even if a browser should find something
// there.
constexpr std::string_view page_frame =
    R"(<!DOCTYPE html>
<html lang="en" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'{}"/>
<title>Sipi: {}</title>
<style>
{}{}</style>
</head>
{}
{}</html>
)";

}  // namespace

Element Element::add(const char* tag, std::string_view kind, std::string_view text) {
    if (std::ranges::find(blocks, tag) != blocks.end())
        node_.append_child(pugi::node_pcdata).set_value("\n");
    Element child{node_.append_child(tag)};
    if (!kind.empty())
        child.set("class", kind);
    if (!text.empty())
        child.text(text);
    return child;
}

Element& Element::text(std::string_view text) {
    node_.append_child(pugi::node_pcdata).set_value(printable_lines(text).c_str());
    return *this;
}

Element& Element::set(const char* attribute, std::string_view value) {
    node_.append_attribute(attribute) = printable(value).c_str();
    return *this;
}

Element Element::part(std::string_view heading) {
    Element section = add("section", "part");
    section.add("h3", "", heading);
    return section;
}

Element Element::table(std::string_view kind, const std::vector<std::string>& columns,
                       std::string_view caption) {
    Element table = add("div", "scroll").add("table", kind);
    if (!caption.empty())
        table.add("caption", "", caption);
    Element head = table.add("thead").add("tr");
    for (const std::string& column : columns)
        head.add("th", "", column).set("scope", "col");
    return table.add("tbody");
}

Element Element::row(std::string_view heading, std::string_view kind) {
    Element row = add("tr", kind);
    row.add("th", "", heading).set("scope", "row");
    return row;
}

void Element::badge(std::string_view outcome) {
    add("span", fmt::format("badge {}", outcome), fmt::format("{} {}", sign(outcome), outcome));
}

void Element::item(std::string_view name, std::string_view value, std::string_view kind) {
    if (value.empty())
        return;
    add("dt", "", name);
    add("dd", kind, value);
}

std::string_view sign(std::string_view outcome) {
    return outcome == name(Outcome::passed)          ? "\u2713"
           : outcome == name(Outcome::not_yet)       ? "\u2026"
           : outcome == name(Outcome::checker_error) ? "?"
                                                     : "\u2715";
}

std::string shortened(std::string_view text, std::size_t most) {
    return text.size() <= most ? std::string{text} : fmt::format("{}...", text.substr(0, most));
}

std::string_view page_style() {
    return {sipi_page_css, sipi_page_css_end};
}

std::string framed(const pugi::xml_document& body, const std::string& title, std::string_view style,
                   std::string_view script) {
    std::ostringstream stream;
    // HTML knows no <td/>: it would take that for a beginning without an end.
    body.save(stream, "",
              pugi::format_raw | pugi::format_no_declaration | pugi::format_no_empty_element_tags,
              pugi::encoding_utf8);
    const bool runs = !script.empty();
    return fmt::format(page_frame, runs ? "; script-src 'unsafe-inline'" : "", title, page_style(),
                       style, stream.str(),
                       runs ? fmt::format("<script>//<![CDATA[\n{}//]]></script>\n", script) : "");
}

}  // namespace report
