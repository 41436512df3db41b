// Lab 2: the descriptor tables that an AP needs on its way.
#include <cstddef>

#include "trampoline/tables.h"

namespace trampoline {

void fill_tables(Tables& tables) {
    // --- student code begins ---
    tables = {};
    for (;;) {
        asm volatile("cli; hlt");
    }
    // --- student code ends ---
}

}  // namespace trampoline
