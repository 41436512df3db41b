#include "lib/spinlock.h"

#include "instructions.h"
#include "lib/panic.h"

namespace lib {

namespace {
constexpr std::uint32_t nobody = 0;
}  // namespace

void Spinlock::lock() {
    const std::uint32_t self = cpu_token();
    for (;;) {
        std::uint32_t holder = nobody;
        if (owner().compare_exchange_strong(holder, self, std::memory_order_acquire,
                                            std::memory_order_relaxed)) {
            return;
        }
        if (holder == self) {
            panic("the CPU with APIC id {} waits for the lock \"{}\", which it holds itself",
                  apic_id_of_token(self), word_.name);
        }
        // Reading shares the cache line; only a free lock is worth another locked write.
        while (owner().load(std::memory_order_relaxed) != nobody) {
            instructions::pause();
        }
    }
}

bool Spinlock::try_lock() {
    std::uint32_t holder = owner().load(std::memory_order_relaxed);
    return holder == nobody &&
           owner().compare_exchange_strong(holder, cpu_token(), std::memory_order_acquire,
                                           std::memory_order_relaxed);
}

void Spinlock::unlock() {
    const std::uint32_t self = cpu_token();
    if (owner().load(std::memory_order_relaxed) != self) {
        panic("the CPU with APIC id {} gives back the lock \"{}\", which it does not hold",
              apic_id_of_token(self), word_.name);
    }
    owner().store(nobody, std::memory_order_release);
}

}  // namespace lib
