#include "checker/report/html_element.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "checker/report/printable.h"

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

std::string shortened(std::string_view text, std::size_t most) {
    return text.size() <= most ? std::string{text} : fmt::format("{}...", text.substr(0, most));
}

}  // namespace report
