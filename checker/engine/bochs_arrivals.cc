#include "checker/engine/bochs_arrivals.h"

#include <algorithm>

#include "checker/engine/bochs_breakpoints.h"
#include "checker/engine/bochs_memory.h"
#include "checker/evidence/bochs_registers.h"
#include "checker/evidence/low_map.h"

namespace engine {

namespace {

constexpr std::size_t most_stops_of_bochs = 6;  // twice what it takes

}  // namespace

BochsArrivals::BochsArrivals(const Request& request, const evidence::Symbols& symbols,
                             BochsProcess& bochs)
    : request_(request), bochs_(bochs), places_(places_to_stop(symbols, evidence::ap_entry)) {}

std::string BochsArrivals::set_breakpoints(std::size_t number) {
    first_number_ = number;
    return engine::set_breakpoints(places_);
}

void BochsArrivals::record(unsigned cpu) {
    const auto answer =
        bochs_.ask(evidence::bochs_register_commands(cpu), Clock::now() + patience).value_or("");
    const auto known = evidence::parse_bochs_cpus(answer, request_.cpus)[cpu];
    if (known) {
        const BochsMemory memory{bochs_, std::uint64_t{request_.memory_mib} << 20};
        seen_.emplace(cpu, evidence::read_arrival(memory, known->registers));
    }
}

// Each CPU stops once for each place that Bochs does not miss; the first time counts.
bool BochsArrivals::look() {
    const auto hit = parse_breakpoint_hit(bochs_.said());
    if (!hit || !std::ranges::count(places_, hit->address)) {
        return false;
    }
    if (hit->cpu != 0 && hit->cpu < request_.cpus && !seen_.contains(hit->cpu)) {
        record(hit->cpu);
    }
    if (seen_.size() >= std::min(evidence::watched_aps, request_.cpus - 1) ||
        ++stops_ >= most_stops_of_bochs * request_.cpus) {
        bochs_.ask(delete_breakpoints(first_number_, places_.size()), Clock::now() + patience);
    }
    return bochs_.at_prompt();
}

}  // namespace engine
