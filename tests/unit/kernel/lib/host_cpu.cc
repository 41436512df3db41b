#include "host_cpu.h"

#include <utility>

#include "lib/this_cpu.h"

namespace {
thread_local std::uint32_t this_token = 1;
thread_local bool enabled = true;
thread_local unsigned calls_left = 0;
thread_local std::function<void()> pending;
}  // namespace

void host_cpu::become(std::uint32_t apic_id) {
    this_token = apic_id + 1;
    enabled = true;
}

bool host_cpu::interrupts_enabled() {
    return enabled;
}

void host_cpu::interrupt_at(unsigned n, std::function<void()> handler) {
    calls_left = n;
    pending = std::move(handler);
}

std::uint32_t lib::cpu_token() {
    if (pending && calls_left-- == 0) {
        std::exchange(pending, nullptr)();
    }
    return this_token;
}

lib::InterruptGuard::InterruptGuard() : were_enabled_(std::exchange(enabled, false)) {}

lib::InterruptGuard::~InterruptGuard() {
    enabled = were_enabled_;
}
