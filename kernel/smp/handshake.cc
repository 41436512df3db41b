#include "smp/handshake.h"

#include <array>
#include <atomic>
#include <cstdint>

#include "cpu/per_cpu.h"

namespace smp {

namespace {

enum class ApState : std::uint32_t { unknown, starting, online, given_up };

constinit std::array<std::atomic<ApState>, cpu::max_cpus> states{};

// The BSP and the AP may both want to leave `starting`; the first one wins. Release, so that
// whoever sees the new state also sees everything that its CPU had written before.
bool leave_starting(unsigned cpu, ApState next) {
    ApState expected = ApState::starting;
    return states[cpu].compare_exchange_strong(expected, next, std::memory_order_acq_rel);
}

}  // namespace

void expect_ap(unsigned cpu) {
    states[cpu].store(ApState::starting, std::memory_order_release);
}

bool come_online(unsigned cpu) {
    return leave_starting(cpu, ApState::online);
}

bool give_up(unsigned cpu) {
    return leave_starting(cpu, ApState::given_up);
}

bool is_online(unsigned cpu) {
    return states[cpu].load(std::memory_order_acquire) == ApState::online;
}

}  // namespace smp
