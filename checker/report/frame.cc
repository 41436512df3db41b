#include "checker/report/frame.h"

#include <fmt/format.h>
#include <sstream>

// The bytes of page.css, taken into the program as they are; mk/checker.mk knows of it.
asm(R"(
.pushsection .rodata
sipi_page_css: .incbin "checker/report/page.css"
sipi_page_css_end:
.popsection
)");
extern "C" const char sipi_page_css[];
extern "C" const char sipi_page_css_end[];

namespace report {

namespace {

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

std::string_view page_style() {
    return {sipi_page_css, static_cast<std::size_t>(sipi_page_css_end - sipi_page_css)};
}

std::string framed(const pugi::xml_document& body, const std::string& title,
                   const Additions& more) {
    std::ostringstream stream;
    // HTML knows no <td/>: it would take that for a beginning without an end.
    body.save(stream, "",
              pugi::format_raw | pugi::format_no_declaration | pugi::format_no_empty_element_tags,
              pugi::encoding_utf8);
    return more.script.empty()
               ? fmt::format(page_frame, "", title, page_style(), more.style, stream.str(), "")
               : fmt::format(page_frame, "; script-src 'unsafe-inline'", title, page_style(),
                             more.style, stream.str(),
                             fmt::format("<script>//<![CDATA[\n{}//]]></script>\n", more.script));
}

}  // namespace report
