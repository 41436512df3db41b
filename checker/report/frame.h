// What every page has around its body.
#pragma once

#include <pugixml.hpp>
#include <string>
#include <string_view>

namespace report {

/// How it looks, from page.css: light and dark, wide and narrow, on paper. Without `<` and `&`, so
/// that it can stand in XHTML as it is.
std::string_view page_style();

/// What a page has beside its body and page_style(): more style, without the same characters, and a
/// script.
struct Additions {
    std::string_view style = {}, script = {};
};

/// The whole page around `body`. `title` is the program's own.
std::string framed(const pugi::xml_document& body, const std::string& title, const Additions& more);

}  // namespace report
