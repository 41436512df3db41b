#include "checker/report/element.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "checker/report/layout.h"

namespace report {

namespace {

// Elements that begin a line of the page's text, for who reads that.
constexpr auto blocks = std::to_array<std::string_view>(
    {"article", "details", "div",   "dl",    "figure", "h1", "h2",  "h3",
     "h4",      "header",  "li",    "main",  "ol",     "p",  "pre", "section",
     "svg",     "table",   "tbody", "thead", "tr",     "ul"});

}  // namespace

Element Element::add(const char* tag, std::string_view kind) {
    if (std::ranges::find(blocks, tag) != blocks.end())
        node_.append_child(pugi::node_pcdata).set_value("\n");
    Element child{node_.append_child(tag)};
    if (!kind.empty())
        child.set("class", kind);
    return child;
}

Element Element::add(const char* tag, std::string_view kind, std::string_view text) {
    Element child = add(tag, kind);
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

void Element::item(std::string_view name, std::string_view value, std::string_view kind) {
    if (value.empty())
        return;
    add("dt", "", name);
    add("dd", kind, value);
}

std::string shortened(std::string_view text, std::size_t most) {
    return text.size() <= most ? std::string{text} : fmt::format("{}...", text.substr(0, most));
}

}  // namespace report
