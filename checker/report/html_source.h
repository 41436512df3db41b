#pragma once

#include <functional>
#include <optional>
#include <string>

#include "checker/evidence/evidence.h"
#include "checker/report/html_element.h"

namespace report {

/// The text of a source file by the name that evidence has for it; nothing where there is none that
/// may be shown.
using SourceReader = std::function<std::optional<std::string>(const std::string& file)>;

/// The lines around `where`, which is marked, below `heading`; nothing where they cannot be shown.
void add_source(Element& parent, std::string_view heading, const evidence::Location& where,
                const SourceReader& read);

}  // namespace report
