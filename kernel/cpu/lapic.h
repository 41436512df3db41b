// The local APIC of the CPU that runs: every function here is about that one. [sdm3 11.4]
#pragma once

#include <cstdint>

#include "x86/apic.h"

namespace cpu {

/// Maps the registers. The BSP calls it once, when memory can map devices; it also puts the old
/// 8259 controllers, which would share the CPU's interrupt pin, to silence.
void find_lapic();

/// Whether find_lapic() has been called: without it nothing else here works.
bool lapic_is_ready();

/// Switches this CPU's LAPIC on, in the mode of the BSP's: INIT leaves it so, but not in Bochs.
void enter_lapic_mode();

/// The same, with nothing to interrupt it yet but NMIs from the board (LINT1) and what other CPUs
/// send. Each CPU calls it once, with its IDT loaded.
void enable_lapic();

/// Whether the LAPICs are in x2APIC mode: their registers are MSRs then, and IDs have 32 bits.
bool in_x2apic_mode();

std::uint32_t read_lapic(x86::LapicRegister place);
/// A command that starts, stops or resets a CPU is noted in observed::sent_commands, by send()
/// likewise.
void write_lapic(x86::LapicRegister place, std::uint32_t value);

/// Tells the LAPIC that the interrupt being handled is done: it holds back all others of the same
/// priority until then. Not for exceptions, NMIs or spurious interrupts.
void end_of_interrupt();

/// Sends an interrupt, INIT or SIPI to the CPU that bits 63..32 name, in xAPIC mode at most 0xff.
/// Returns when the LAPIC has handed it on: false if it has not, far later than that ever takes.
bool send(x86::InterruptCommand command);

}  // namespace cpu
