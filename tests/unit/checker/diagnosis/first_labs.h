// Evidence made by hand, of what labs 1 to 3 can leave.
#pragma once

#include <string>

#include "checker/diagnosis/diagnosis.h"
#include "tests/unit/checker/judgement/synthetic.h"
#include "trampoline/tables.h"

namespace first_labs {

/// Of that number, without facts.
lab::Lab lab(unsigned number);

/// The id of what the rules say.
std::string id(unsigned lab, const evidence::Evidence& evidence, judgement::Outcome outcome);

/// CPU 1 died on the fetch after `mov cr0`, on the BSP's tables. The walk is of 0x8197, its
/// entries, from the root on, are these; 0 for the rest.
evidence::Evidence lost_trampoline(std::initializer_list<std::uint64_t> entries);

/// The one page that belongs there.
::memory::MappedPage right_page();

/// All came up, having arrived in C++ with this page below.
evidence::Evidence arrived_with(::memory::MappedPage page);

/// Right tables, as the reference fills them.
trampoline::Tables right_tables();

/// Puts them into page and image, below a page of code that is the image's too.
void put(evidence::Evidence& evidence, const trampoline::Tables& tables);

/// CPU 1 died at the far jump out of real mode, with these tables in the page.
evidence::Evidence died_at_the_jump(const trampoline::Tables& tables, std::uint32_t error);

/// The kernel went on without APs: each sleeps where the firmware has left it. The page is right.
evidence::Evidence nobody_came(evidence::Engine engine = evidence::Engine::qemu);

}  // namespace first_labs
