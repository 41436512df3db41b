#pragma once

#include <pugixml.hpp>
#include <string_view>

namespace report {

/// An element of a page while it is built. Text and attributes are made printable, and escaped when
/// the page is written: what a guest or a submission says can never be markup.
class Element {
  public:
    explicit Element(pugi::xml_node node) : node_(node) {}

    /// A new last child with a class, or none where `kind` is empty.
    Element add(const char* tag, std::string_view kind = "");
    /// The same, with text in it.
    Element add(const char* tag, std::string_view kind, std::string_view text);
    Element& text(std::string_view text);
    Element& set(const char* attribute, std::string_view value);

  private:
    pugi::xml_node node_;
};

/// The longest text from outside that a page shows in one piece, in bytes.
inline constexpr std::size_t longest_text = 400;

/// `text`, or its beginning and "..." where it is longer than `most` bytes.
std::string shortened(std::string_view text, std::size_t most = longest_text);

}  // namespace report
