// Mutual exclusion: between CPUs, and between code and the interrupts of its own CPU.
#pragma once

#include <atomic>
#include <cstdint>

#include "lib/this_cpu.h"
#include "observed.h"

namespace lib {

/// One word is both the lock and its owner's cpu_token, so the two can never disagree: a CPU that
/// finds its own token there would wait for itself, and panics.
///
/// Test-and-set rather than tickets: emulators run more CPUs than the host has, and a queue stands
/// still whenever the next in line is not running.
///
/// It does not touch interrupts. A lock that an interrupt handler also takes needs LockGuard.
class Spinlock {
  public:
    /// `name` appears in panics; it must live as long as the lock.
    explicit constexpr Spinlock(const char* name) : word_{name} {}
    Spinlock(const Spinlock&) = delete;
    Spinlock& operator=(const Spinlock&) = delete;

    /// Waits until the lock is this CPU's. Panics if it already is.
    void lock();
    /// Takes the lock if it is free; false, without waiting, if any CPU holds it, also this one.
    [[nodiscard]] bool try_lock();
    /// Gives the lock back. Panics if this CPU does not hold it.
    void unlock();

  private:
    std::atomic_ref<std::uint32_t> owner() { return std::atomic_ref(word_.owner); }

    observed::LockWord word_;
};

/// Holds a lock for its own lifetime, with interrupts off: a handler on the same CPU can then never
/// wait for the code that it interrupted.
class LockGuard {
  public:
    explicit LockGuard(Spinlock& lock) : lock_(lock) { lock_.lock(); }
    ~LockGuard() { lock_.unlock(); }
    LockGuard(const LockGuard&) = delete;
    LockGuard& operator=(const LockGuard&) = delete;

  private:
    InterruptGuard interrupts_off_;  // before lock_: off before it is taken, on after it is free
    Spinlock& lock_;
};

}  // namespace lib
