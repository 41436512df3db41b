// How somebody's log is told of, whatever kernel it is of.
#pragma once

#include <string>

#include "checker/diagnosis/diagnosis.h"
#include "checker/report/layout.h"

namespace report {

/// What the log and the ELF file are called; no ELF file where that is empty.
struct Sources {
    std::string log, elf;
    std::string misfit = {};  // why the ELF file is not the log's; empty where it was used
    std::string lacks = {};   // what it has not; empty if that is nothing
};

/// The cause first, then what shows it, and what a log alone does not tell. `evidence` is a log's.
std::string text(const evidence::Evidence& evidence, const diagnosis::Diagnosis& found,
                 const Sources& sources, const Style& style);

}  // namespace report
