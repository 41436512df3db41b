// The PIT, the one clock of a PC whose speed is known: used once, to measure the others. [8254]
#pragma once

#include <cstdint>

namespace cpu {

/// Has channel 0 count down from now for `microseconds`, 54'000 at most, and interrupt this CPU
/// when it ends. For the BSP, after enable_lapic().
void start_pit(std::uint32_t microseconds);

/// Whether that time is over, as the PIT itself says. The interrupt only wakes this CPU to look:
/// the firmware leaves the channel running, and one of its own may come in between.
bool pit_has_ended();

/// Shuts the PIT's interrupts out again.
void stop_pit();

}  // namespace cpu
