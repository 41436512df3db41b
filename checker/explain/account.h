#pragma once

#include <string>

#include "checker/catalogue/catalogue.h"
#include "checker/explain/autopsy.h"
#include "checker/report/layout.h"

namespace explain {

/// What the log and the ELF file are called; no ELF file where that is empty.
struct Sources {
    std::string log, elf;
    std::string misfit =
        {};                  // why the ELF file is not the log's, and was not used; empty if it was
    std::string lacks = {};  // what it has not; empty if that is nothing
};

/// The account that a person reads: the cause first, then what shows it, and what a log alone does
/// not tell.
std::string account(const Autopsy& autopsy, const Sources& sources,
                    const catalogue::Catalogue& causes, const report::Style& style);

}  // namespace explain
