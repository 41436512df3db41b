#pragma once

#include <filesystem>
#include <vector>

#include "checker/lab/lab.h"
#include "checker/report/html_source.h"

namespace report {

/// Reads what a page may show: the given code below `project`, that is kernel/ and trampoline/, and
/// the seam files of `labs` as the submission, or else the starter, has them. Nothing else: the
/// name comes from a submission's debug information, where `#line` can make it any file's, the
/// reference's too.
SourceReader shown_files(std::filesystem::path project, std::filesystem::path submission,
                         std::vector<lab::Lab> labs);

}  // namespace report
