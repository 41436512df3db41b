#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checker/grading/grade.h"
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

/// The grade as one page for a browser, to look at: nothing is loaded and nothing runs in it. It is
/// XHTML in its syntax, so a program can read it too. `sources` gives the source lines (see
/// shown_files); without it there are none. Ends with a newline.
std::string page(const grading::Grade& grade, const SourceReader& sources);

/// What the page shows of a run, each part only where there is something to see: the exhibits of
/// the diagnosis, source lines, the CPUs' ways, the exception chain, the page walk, registers, and
/// what the guest printed last.
void add_run(Element& parent, const grading::Run& run, const SourceReader& sources);

/// The way of each CPU from real mode to its scheduler: a table with a row for each CPU, or for
/// several in a row that came equally far; in it the letters that it left, those that it never
/// left, and where it died. `told_about` stands out; may be null.
void add_timeline(Element& parent, const evidence::Evidence& evidence,
                  const evidence::Cpu* told_about);

/// A page walk as a picture: the address cut into indices, each table with the entry that was read,
/// and the 64 bits of the entry where it ended, the offending ones marked.
void add_walk(Element& parent, const x86::PageWalk& walk);

/// CR0, CR4 and EFER of a CPU beside the BSP's, bit by bit, and what else decides in which mode it
/// is; differences marked. Nothing where its registers are not known. `bsp` may be null, or the
/// CPU itself.
void add_registers(Element& parent, const evidence::Cpu& cpu, const evidence::Cpu* bsp);

/// The lines around `where`, which is marked, below `heading`; nothing where they cannot be shown.
void add_source(Element& parent, std::string_view heading, const evidence::Location& where,
                const SourceReader& read);

}  // namespace report
