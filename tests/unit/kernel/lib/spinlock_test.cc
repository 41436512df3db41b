#include "lib/spinlock.h"

#include <doctest/doctest.h>
#include <stdexcept>
#include <thread>
#include <vector>

#include "host_cpu.h"

TEST_CASE("spinlock: has one owner") {
    host_cpu::become(0);
    lib::Spinlock lock("frames");
    lock.lock();
    CHECK_FALSE(lock.try_lock());
    host_cpu::become(5);
    CHECK_FALSE(lock.try_lock());

    host_cpu::become(0);
    lock.unlock();
    CHECK(lock.try_lock());
    lock.unlock();
}

TEST_CASE("spinlock: a CPU that would wait for itself panics, and says who and for what") {
    host_cpu::become(3);
    lib::Spinlock lock("frames");
    lock.lock();
    CHECK_THROWS_WITH_AS(
        lock.lock(), "the CPU with APIC id 3 waits for the lock \"frames\", which it holds itself",
        std::runtime_error);
    lock.unlock();
}

TEST_CASE("spinlock: only the owner gives it back") {
    host_cpu::become(3);
    lib::Spinlock lock("frames");
    CHECK_THROWS_AS(lock.unlock(), std::runtime_error);
    lock.lock();
    host_cpu::become(4);
    CHECK_THROWS_WITH_AS(
        lock.unlock(),
        "the CPU with APIC id 4 gives back the lock \"frames\", which it does not hold",
        std::runtime_error);
    host_cpu::become(3);
    CHECK_NOTHROW(lock.unlock());
}

TEST_CASE("lock guard: interrupts are off as long as it holds, and nests") {
    host_cpu::become(0);
    lib::Spinlock outer("outer");
    lib::Spinlock inner("inner");
    {
        const lib::LockGuard first(outer);
        CHECK_FALSE(host_cpu::interrupts_enabled());
        {
            const lib::LockGuard second(inner);
            CHECK_FALSE(host_cpu::interrupts_enabled());
        }
        CHECK_FALSE(host_cpu::interrupts_enabled());
        CHECK_FALSE(outer.try_lock());
    }
    CHECK(outer.try_lock());
    CHECK(host_cpu::interrupts_enabled());
}

TEST_CASE("spinlock: keeps CPUs apart") {
    constexpr unsigned cpus = 4;
    constexpr unsigned rounds = 2000;
    lib::Spinlock lock("counter");
    unsigned counter = 0;
    std::vector<std::thread> threads;
    for (unsigned cpu = 0; cpu < cpus; ++cpu) {
        threads.emplace_back([&, cpu] {
            host_cpu::become(cpu);
            for (unsigned round = 0; round < rounds; ++round) {
                const lib::LockGuard guard(lock);
                const volatile unsigned before = counter;
                counter = before + 1;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(counter == cpus * rounds);
}
