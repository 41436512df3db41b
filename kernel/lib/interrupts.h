#pragma once

namespace lib {

/// Keeps maskable interrupts off on this CPU for its lifetime, then restores RFLAGS.IF to what it
/// was, so that guards nest. NMIs and exceptions still arrive. [sdm3 6.8.1]
class InterruptGuard {
  public:
    InterruptGuard();
    ~InterruptGuard();
    InterruptGuard(const InterruptGuard&) = delete;
    InterruptGuard& operator=(const InterruptGuard&) = delete;

  private:
    bool were_enabled_;
};

}  // namespace lib
