#pragma once

#include "checker/report/html_element.h"
#include "x86/page_walk.h"

namespace report {

/// A page walk as a picture: the address cut into indices, each table with the entry that was read,
/// and the 64 bits of the entry where it ended, the offending ones marked.
void add_walk(Element& parent, const x86::PageWalk& walk);

}  // namespace report
