#include "checker/bochs/breakpoints.h"

#include <algorithm>
#include <fmt/format.h>

#include "checker/bochs/config.h"
#include "checker/bochs/memory.h"
#include "checker/bochs/registers.h"
#include "checker/evidence/kernel_names.h"
#include "checker/guest/code.h"
#include "checker/guest/memory.h"
#include "checker/process/output.h"

namespace bochs {

namespace {

constexpr int breakpoints_in_a_row = 3;
constexpr unsigned stops_for_each_cpu = 6;  // twice what it takes

}  // namespace

std::vector<std::uint64_t> places_to_stop(const guest::Symbols& symbols,
                                          std::string_view function) {
    std::vector<std::uint64_t> places;
    const auto range = symbols.find(function);
    std::uint64_t address = range ? range->address : 0;
    for (int i = 0; range && i < breakpoints_in_a_row; ++i) {
        places.push_back(address);
        address += guest::instruction_length(symbols.bytes(address, guest::longest_instruction),
                                             guest::CodeSize::bits64);
    }
    return places;
}

std::string set_breakpoints(const std::vector<std::uint64_t>& places) {
    std::string commands;
    for (const std::uint64_t place : places)
        commands += fmt::format("lb {:#x}\n", place);
    return commands;
}

std::string delete_breakpoints(std::size_t first, std::size_t count) {
    std::string commands;
    for (std::size_t number = first; number < first + count; ++number)
        commands += fmt::format("d {}\n", number);
    return commands;
}

// "(1) Breakpoint 7, 0xffffffff8011a000 in ?? ()"
std::optional<BreakpointHit> parse_breakpoint_hit(std::string_view stopped) {
    while (const auto line = process::take_line(stopped)) {
        const auto hit = process::after(*line, ") Breakpoint ");
        const auto address = hit ? process::number_after(*hit, ", 0x") : std::nullopt;
        const auto cpu = process::number_after(*line, "(", 10);
        if (line->starts_with('(') && address && cpu && *cpu < 256)
            return BreakpointHit{static_cast<unsigned>(*cpu), *address};
    }
    return std::nullopt;
}

Arrivals::Arrivals(const engine::Request& request, const guest::Symbols& symbols, Process& bochs)
    : request_(request),
      bochs_(bochs),
      places_(places_to_stop(symbols, evidence::kernel_names::ap_entry)),
      seen_(request.cpus, stops_for_each_cpu) {}

std::string Arrivals::set_breakpoints(std::size_t number) {
    first_number_ = number;
    return bochs::set_breakpoints(places_);
}

void Arrivals::record(unsigned cpu) {
    const std::string answer = bochs_.ask(register_commands(cpu)).value_or("");
    if (const auto known = parse_cpus(answer, request_.cpus)[cpu]) {
        const Memory memory{bochs_, std::uint64_t{request_.memory_mib} << 20};
        seen_.add(cpu, guest::read_arrival(memory, cpu_model, known->registers));
    }
}

// Each CPU stops once for each place that Bochs does not miss; the first time counts.
bool Arrivals::look() {
    const auto hit = parse_breakpoint_hit(bochs_.said());
    if (!hit || !std::ranges::count(places_, hit->address))
        return false;
    if (seen_.wants(hit->cpu))
        record(hit->cpu);
    if (seen_.was_last_stop())
        bochs_.ask(delete_breakpoints(first_number_, places_.size()));
    return bochs_.at_prompt();
}

}  // namespace bochs
