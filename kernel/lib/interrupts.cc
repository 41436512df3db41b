#include "lib/interrupts.h"

#include "instructions.h"
#include "x86/rflags.h"

namespace lib {

InterruptGuard::InterruptGuard()
    : were_enabled_(instructions::read_rflags().has(x86::rflags::if_)) {
    instructions::cli();
}

InterruptGuard::~InterruptGuard() {
    if (were_enabled_) {
        instructions::sti();
    }
}

}  // namespace lib
