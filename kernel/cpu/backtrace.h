// Who called whom, by the chain of frame pointers that -fno-omit-frame-pointer leaves on a stack.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "cpu/trap_frame.h"
#include "lib/fixed_vector.h"
#include "x86/address.h"

namespace cpu {

/// Where each call will return to, the innermost first. Deeper chains are cut.
using Backtrace = lib::FixedVector<x86::VirtualAddress, 32>;

/// Follows the chain from `frame_pointer`, where RBP points in a function: there lies the caller's
/// RBP, and above it the return address. [sysv 3.2.2] The chain is not trusted: it ends at the
/// first frame that is misaligned, that `read` (std::optional of 8 bytes at an address) does not
/// have, or that is not above the one before, as every caller's is.
template <class Read>
Backtrace backtrace(x86::VirtualAddress frame_pointer, Read read) {
    constexpr std::uint64_t word = sizeof(std::uint64_t);
    Backtrace calls;
    x86::VirtualAddress last{0};
    while (!calls.full() && frame_pointer > last && x86::is_aligned(frame_pointer, word) &&
           x86::is_canonical(frame_pointer)) {
        const std::optional<std::uint64_t> caller = read(frame_pointer);
        const std::optional<std::uint64_t> return_address = read(frame_pointer + word);
        if (!caller || !return_address || *return_address == 0) {
            break;
        }
        calls.push_back(x86::VirtualAddress{*return_address});
        last = frame_pointer;
        frame_pointer = x86::VirtualAddress{*caller};
    }
    return calls;
}

/// Prints who called the function whose frame pointer this is, one call a line. Works on any CPU,
/// on any stack, also a broken one.
void print_backtrace(x86::VirtualAddress frame_pointer);

/// The same for the code that was interrupted.
void print_backtrace(const TrapFrame& frame);

}  // namespace cpu
