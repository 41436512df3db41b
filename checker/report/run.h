#pragma once

#include "checker/grading/grade.h"
#include "checker/report/source.h"

namespace report {

/// What one run shows, each part only where there is something to see: the exhibits of the
/// diagnosis, source lines, the CPUs' ways, the exception chain, the page walk, registers, and what
/// the guest printed last.
void add_run(Element& parent, const grading::Run& run, const SourceReader& sources);

/// An error code in words: "write, a reserved bit is set in an entry"; "IDT gate 14 (#PF)". Empty
/// where the vector's code says nothing.
std::string error_in_words(unsigned vector, std::uint32_t error);

}  // namespace report
