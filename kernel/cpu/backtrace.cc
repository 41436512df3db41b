#include "cpu/backtrace.h"

#include <array>

#include "console/print.h"
#include "cpu/probe.h"
#include "cpu/symbols.h"
#include "lib/text_buffer.h"

namespace cpu {

void print_backtrace(x86::VirtualAddress frame_pointer) {
    const SymbolTable symbols = kernel_symbols();
    for (const x86::VirtualAddress address : backtrace(frame_pointer, probe)) {
        std::array<char, console::max_line> storage;
        lib::TextBuffer line(storage);
        append_return_location(line, address, symbols);
        console::print("  called from {}\n", line.text());
    }
}

}  // namespace cpu
