#pragma once

#include <cstdint>
#include <functional>

/// The host's stand-in for a CPU: each thread is one, with a token and an interrupt flag of its
/// own. host_cpu.cc defines lib::cpu_token and lib::InterruptGuard with it, in place of the
/// kernel's.
namespace host_cpu {

/// Makes this thread the CPU with that APIC id, interrupts on. Tests that do not say are CPU 0.
void become(std::uint32_t apic_id);
bool interrupts_enabled();

/// Runs `handler` once, as an NMI would, when this thread asks for its token for the nth time from
/// now, counted from 0. That happens between any two steps that matter to a lock.
void interrupt_at(unsigned n, std::function<void()> handler);

}  // namespace host_cpu
