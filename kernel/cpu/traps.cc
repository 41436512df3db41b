#include "cpu/traps.h"

#include <array>
#include <atomic>

#include "cpu/panic.h"
#include "instructions.h"

namespace cpu {

namespace {

constinit std::array<std::atomic<TrapHandler>, 256> handlers{};

}  // namespace

void set_handler(std::uint8_t vector, TrapHandler handler) {
    handlers[vector].store(handler, std::memory_order_release);
}

void set_handler(Vector vector, TrapHandler handler) {
    set_handler(static_cast<std::uint8_t>(vector), handler);
}

// Called by traps.asm. It must not need per-CPU data: an AP may trap before it has any.
extern "C" void handle_trap(TrapFrame* frame) {
    // First of all: the next page fault overwrites CR2.
    const x86::VirtualAddress cr2 = instructions::read_cr2();
    if (const TrapHandler handler = handlers[frame->vector].load(std::memory_order_acquire)) {
        handler(*frame);
        return;
    }
    if (frame->exception() == x86::ExceptionVector::non_maskable_interrupt &&
        another_cpu_panics()) {
        stop_as_told();
    }
    panic_in_trap(*frame, cr2);
}

}  // namespace cpu
