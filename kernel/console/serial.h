// The first serial port, COM1: where this kernel speaks. [16550]
#pragma once

namespace console {

/// Looks for the UART and sets it up: 115200 baud, 8N1, FIFOs on and empty, no interrupts. Without
/// it everything that is put goes nowhere. The BSP calls it once, before the first print.
void initialize();

/// Sends one character as it is, without any lock: print() is for lines. A UART that stays busy is
/// taken for stalled after some 10 ms; characters are then dropped until it is ready again, so
/// that a reader who went away cannot stop the kernel.
void put(char character);

/// Waits, as long at most, until the last bit has left the UART. Call it before an instruction that
/// may end the machine, or the last characters are lost with it.
void drain();

}  // namespace console
