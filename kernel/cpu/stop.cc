#include "cpu/stop.h"

#include <atomic>

#include "cpu/descriptor_tables.h"
#include "cpu/lapic.h"
#include "cpu/per_cpu.h"
#include "instructions.h"
#include "lib/cpu_token.h"

namespace cpu {

namespace {

// How often a waiting CPU looks: milliseconds on a real machine, while an answer takes
// microseconds.
constexpr unsigned polls_for_others = 100'000;

constinit std::atomic<unsigned> stopped{0};

bool can_take_nmi(const PerCpu& record) {
    return record.online != 0 && record.tables != nullptr && record.tables->loaded();
}

}  // namespace

void stop_other_cpus() {
    if (!lapic_is_ready()) {
        return;
    }
    const std::uint32_t self = lib::apic_id_of_token(lib::cpu_token());
    const unsigned stopped_before = stopped;
    unsigned told = 0;
    for (unsigned cpu = 0; cpu < max_cpus; ++cpu) {
        if (can_take_nmi(record_of(cpu)) && apic_ids[cpu] != self) {
            send(x86::InterruptCommand::nmi(apic_ids[cpu]));
            ++told;
        }
    }
    for (unsigned poll = 0; poll < polls_for_others && stopped - stopped_before < told; ++poll) {
        instructions::pause();
    }
}

void stop_this_cpu() {
    instructions::cli();
    ++stopped;
    for (;;) {
        instructions::halt();
    }
}

}  // namespace cpu
