// Making this CPU forget translations. The others keep theirs: see smp/shootdown.h.
#pragma once

#include "instructions.h"
#include "x86/address.h"
#include "x86/page.h"

namespace memory {

/// Forgets the translation of one page, and everything it remembers of tables on the way there.
/// [sdm3 4.10.4.1]
inline void flush_page(x86::VirtualAddress address) {
    instructions::invlpg(address);
}

/// Forgets all translations. The kernel has no global pages, which would survive this.
inline void flush_this_cpu() {
    instructions::write_cr3(x86::page_table_root(instructions::read_cr3()));
}

}  // namespace memory
