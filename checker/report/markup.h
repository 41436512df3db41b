// What pages are made of: elements, and the frame around them.
#pragma once

#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace report {

/// An element of a page while it is built. Text and attributes are made printable, and escaped when
/// the page is written: what a guest or a submission says can never be markup.
class Element {
  public:
    explicit Element(pugi::xml_node node) : node_(node) {}

    /// A new last child with a class, or none where `kind` is empty, and with text in it.
    Element add(const char* tag, std::string_view kind = "", std::string_view text = "");
    Element& text(std::string_view text);
    Element& set(const char* attribute, std::string_view value);
    /// How many there are below it by this XPath.
    std::size_t count(const char* path) const { return node_.select_nodes(path).size(); }

    /// A part of the page with a heading.
    Element part(std::string_view heading);
    /// A table; its head has these columns. Returns its body.
    Element table(std::string_view kind, const std::vector<std::string>& columns,
                  std::string_view caption = "");
    /// A row of a table's body, which begins with what it is about.
    Element row(std::string_view heading, std::string_view kind = "");
    /// A lab's outcome, by its name, with its sign.
    void badge(std::string_view outcome);
    /// A row of a list: what, and its value; nothing where that is empty.
    void item(std::string_view name, std::string_view value, std::string_view kind = "");

  private:
    pugi::xml_node node_;
};

/// What shows an outcome, by its name, to who sees no colour.
std::string_view sign(std::string_view outcome);

/// `text`, or its beginning and "..." where it is longer than `most` bytes: by default, than what
/// a page shows of text from outside in one piece.
std::string shortened(std::string_view text, std::size_t most = 400);

/// How a page looks, from page.css: light and dark, wide and narrow, on paper. Without `<` and `&`,
/// so that it can stand in XHTML as it is.
std::string_view page_style();

/// The whole page around `body`, with a style beside page_style(), without the same characters, and
/// with a script where there is one. `title` is the program's own.
std::string framed(const pugi::xml_document& body, const std::string& title,
                   std::string_view style = {}, std::string_view script = {});

}  // namespace report
