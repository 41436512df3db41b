// What the BSP sent, in lines that a person can read.
#pragma once

#include "checker/diagnosis/diagnosis.h"

namespace diagnosis {

/// One line for each command, aligned, with the time since the first to its receiver. Where there
/// are many, some: from the first to the LAPIC `about` on.
Exhibit commands_exhibit(const evidence::Sent& sent, std::uint32_t about);

}  // namespace diagnosis
