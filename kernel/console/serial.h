#pragma once

namespace console {

/// Prepares the first serial port (COM1, 0x3f8): 115200 baud, 8N1, FIFOs on, no interrupts.
/// On a machine without that UART everything that is put simply goes nowhere. Call it once, on the
/// BSP, before the first print; until then nothing is written. [16550]
void initialize();

/// Sends one character as it is, without any lock: print() is for lines. Waits for room in the
/// transmitter, but never without end.
void put(char character);

/// Waits, with a limit, until the last bit has left the UART. Call it before an instruction that
/// may end the machine, or the last characters are lost with it.
void drain();

}  // namespace console
