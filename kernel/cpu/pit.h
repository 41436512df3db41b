// The PIT, the one clock of a PC whose speed is known: used once, to measure the others. [8254]
#pragma once

#include <cstdint>

namespace cpu {

/// Starts channel 0 to interrupt this CPU once, `microseconds` from now, 54'000 at most. For the
/// BSP, after enable_lapic().
void start_pit(std::uint32_t microseconds);

/// Whether that interrupt has come.
bool pit_has_ended();

/// Shuts the PIT's interrupts out again.
void stop_pit();

}  // namespace cpu
