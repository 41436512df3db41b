#include "cpu/backtrace.h"

#include <array>

#include "console/print.h"
#include "cpu/probe.h"
#include "cpu/symbols.h"
#include "lib/text_buffer.h"

namespace cpu {

namespace {

void print_call(x86::VirtualAddress return_address, unsigned times) {
    std::array<char, console::max_line> storage;
    lib::TextBuffer line(storage);
    append_return_location(line, return_address, kernel_symbols());
    if (times > 1) {
        console::print("  called from {}, {} times\n", line.text(), times);
    } else {
        console::print("  called from {}\n", line.text());
    }
}

// A function that calls itself is told once, with a number.
void print_calls(const Backtrace& calls) {
    for (std::size_t first = 0; first < calls.size();) {
        unsigned times = 1;
        while (first + times < calls.size() && calls[first + times] == calls[first]) {
            ++times;
        }
        print_call(calls[first], times);
        first += times;
    }
}

// A function that has not yet executed anything, and a call to where no function is, have no frame
// of their own: the return address is still what RSP points at.
bool has_no_frame(const TrapFrame& frame) {
    const auto symbol = kernel_symbols().lookup(frame.instruction());
    return !symbol || symbol->offset == 0;
}

}  // namespace

void print_backtrace(x86::VirtualAddress frame_pointer) {
    print_calls(backtrace(frame_pointer, probe));
}

void print_backtrace(const TrapFrame& frame) {
    if (has_no_frame(frame)) {
        const x86::VirtualAddress caller{probe(x86::VirtualAddress{frame.rsp}).value_or(0)};
        if (kernel_symbols().lookup(caller)) {
            print_call(caller, 1);
        }
    }
    print_backtrace(frame.frame_pointer());
}

}  // namespace cpu
