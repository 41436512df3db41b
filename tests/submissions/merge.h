// Two changes of one text in one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace submissions {

/// `base` with what `one` and `other` have changed in it, line by line. Nothing where both have
/// changed the same lines, or lines that touch, in different ways.
std::optional<std::string> merged(std::string_view base, std::string_view one,
                                  std::string_view other);

}  // namespace submissions
