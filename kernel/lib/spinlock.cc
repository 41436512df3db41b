#include "lib/spinlock.h"

#include "instructions.h"
#include "lib/cpu_token.h"
#include "lib/panic.h"

namespace lib {

void Spinlock::lock() {
    const std::uint32_t self = cpu_token();
    for (;;) {
        std::uint32_t owner = nobody;
        if (owner_.compare_exchange_strong(owner, self, std::memory_order_acquire,
                                           std::memory_order_relaxed)) {
            return;
        }
        if (owner == self) {
            panic("the CPU with APIC id {} waits for the lock \"{}\", which it holds itself",
                  apic_id_of_token(self), name_);
        }
        // Reading shares the cache line; only a free lock is worth another locked write.
        while (owner_.load(std::memory_order_relaxed) != nobody) {
            instructions::pause();
        }
    }
}

bool Spinlock::try_lock() {
    std::uint32_t owner = owner_.load(std::memory_order_relaxed);
    return owner == nobody &&
           owner_.compare_exchange_strong(owner, cpu_token(), std::memory_order_acquire,
                                          std::memory_order_relaxed);
}

void Spinlock::unlock() {
    if (!held_by_this_cpu()) {
        panic("the CPU with APIC id {} gives back the lock \"{}\", which it does not hold",
              apic_id_of_token(cpu_token()), name_);
    }
    owner_.store(nobody, std::memory_order_release);
}

bool Spinlock::held_by_this_cpu() const {
    const std::uint32_t owner = owner_.load(std::memory_order_relaxed);
    return owner != nobody && owner == cpu_token();
}

}  // namespace lib
