#include "checker/bochs/arrivals.h"

#include <algorithm>

#include "checker/bochs/breakpoints.h"
#include "checker/bochs/memory.h"
#include "checker/bochs/registers.h"
#include "checker/evidence/kernel_names.h"
#include "checker/guest/low_map.h"

namespace bochs {

namespace {

constexpr std::size_t most_stops_of_bochs = 6;  // twice what it takes

}  // namespace

Arrivals::Arrivals(const engine::Request& request, const guest::Symbols& symbols, Process& bochs)
    : request_(request),
      bochs_(bochs),
      places_(places_to_stop(symbols, evidence::kernel_names::ap_entry)) {}

std::string Arrivals::set_breakpoints(std::size_t number) {
    first_number_ = number;
    return bochs::set_breakpoints(places_);
}

void Arrivals::record(unsigned cpu) {
    const auto answer =
        bochs_.ask(bochs::register_commands(cpu), process::Clock::now() + engine::patience)
            .value_or("");
    const auto known = bochs::parse_cpus(answer, request_.cpus)[cpu];
    if (known) {
        const Memory memory{bochs_, std::uint64_t{request_.memory_mib} << 20};
        seen_.emplace(cpu, guest::read_arrival(memory, known->registers));
    }
}

// Each CPU stops once for each place that Bochs does not miss; the first time counts.
bool Arrivals::look() {
    const auto hit = parse_breakpoint_hit(bochs_.said());
    if (!hit || !std::ranges::count(places_, hit->address)) {
        return false;
    }
    if (hit->cpu != 0 && hit->cpu < request_.cpus && !seen_.contains(hit->cpu)) {
        record(hit->cpu);
    }
    if (seen_.size() >= std::min(evidence::watched_aps, request_.cpus - 1) ||
        ++stops_ >= most_stops_of_bochs * request_.cpus) {
        bochs_.ask(delete_breakpoints(first_number_, places_.size()),
                   process::Clock::now() + engine::patience);
    }
    return bochs_.at_prompt();
}

}  // namespace bochs
