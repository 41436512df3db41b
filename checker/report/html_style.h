#pragma once

#include <string_view>

namespace report {

/// How a page looks: light and dark, wide and narrow, on paper. Without `<` and `&`, so that it can
/// stand in XHTML as it is.
extern const std::string_view html_style;

}  // namespace report
