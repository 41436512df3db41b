#pragma once

#include "checker/evidence/evidence.h"
#include "checker/report/html_element.h"

namespace report {

/// What the BSP sent to wake the APs, as a table; nothing where that is not known.
void add_commands(Element& parent, const evidence::Evidence& evidence);

}  // namespace report
