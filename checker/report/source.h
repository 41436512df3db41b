#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "checker/evidence/evidence.h"
#include "checker/lab/lab.h"
#include "checker/report/markup.h"

namespace report {

/// The text of a source file by the name that evidence has for it; nothing where there is none that
/// may be shown.
using SourceReader = std::function<std::optional<std::string>(const std::string& file)>;

/// Reads what a page may show: the given code below `project`, that is kernel/ and trampoline/, and
/// the seam files of `labs` as the submission, or else the starter, has them. Nothing else: the
/// name comes from a submission's debug information, where `#line` can make it any file's, the
/// reference's too.
SourceReader shown_files(std::filesystem::path project, std::filesystem::path submission,
                         std::vector<lab::Lab> labs);

/// The lines around `where`, which is marked, below `heading`; nothing where they cannot be shown.
void add_source(Element& parent, std::string_view heading, const evidence::Location& where,
                const SourceReader& read);

}  // namespace report
