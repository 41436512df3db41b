// Who uses which interrupt vector. Vectors below 32 are the processor's exceptions.
#pragma once

#include <cstdint>

namespace cpu {

enum class Vector : std::uint8_t {
    pic_master = 0x20,  // IRQ 0 to 7; only IRQ 0 is ever let through
    pic_slave = 0x28,   // IRQ 8 to 15
    timer = 0x40,       // this CPU's LAPIC timer
    // From one CPU to another, more urgent than the timer: priority is the vector's upper half.
    reschedule = 0x50,  // look at the ready queue again
    flush = 0x51,       // forget what the page tables said
    // The LAPIC's own.
    lapic_error = 0xfe,
    spurious = 0xff,  // older APICs hardwire its four lowest bits to 1 [sdm3 11.9]
};

}  // namespace cpu
