// The two 8259 interrupt controllers, which the LAPIC replaces. [8259]
#pragma once

namespace cpu {

/// Moves their interrupts away from the exceptions, to Vector::pic_master and on, and lets none
/// through. A mask alone would not do: an 8259 can still raise a spurious interrupt.
void silence_pic();

/// Lets IRQ 0, the PIT, and nothing else through to this CPU, or nothing at all again. For a short
/// while, and on the BSP only; `enable_lapic()` comes before.
void let_pit_through(bool on);

/// Tells the 8259 that IRQ 0 is done.
void end_of_pit_interrupt();

}  // namespace cpu
