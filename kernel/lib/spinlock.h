#pragma once

#include <atomic>
#include <cstdint>

#include "lib/interrupts.h"

namespace lib {

/// Mutual exclusion between CPUs. One word is both the lock and its owner's cpu_token, so the two
/// can never disagree: a CPU that finds its own token there would wait for itself, and panics.
///
/// Test-and-set rather than tickets: emulators run more CPUs than the host has, and a queue stands
/// still whenever the next in line is not running.
///
/// It does not touch interrupts. A lock that an interrupt handler also takes needs LockGuard.
class Spinlock {
  public:
    /// `name` appears in panics; it must live as long as the lock.
    explicit constexpr Spinlock(const char* name) : name_(name) {}
    Spinlock(const Spinlock&) = delete;
    Spinlock& operator=(const Spinlock&) = delete;

    /// Waits until the lock is this CPU's. Panics if it already is.
    void lock();
    /// Takes the lock if it is free; false, without waiting, if any CPU holds it, also this one.
    [[nodiscard]] bool try_lock();
    /// Gives the lock back. Panics if this CPU does not hold it.
    void unlock();

    /// Whether this CPU is the owner. Only then does the answer stay true.
    bool held_by_this_cpu() const;
    const char* name() const { return name_; }

  private:
    static constexpr std::uint32_t nobody = 0;

    const char* name_;
    std::atomic<std::uint32_t> owner_{nobody};
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
    InterruptGuard
        interrupts_;  // before lock_: off before the lock is taken, on after it is given back
    Spinlock& lock_;
};

}  // namespace lib
