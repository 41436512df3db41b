#include "checker/bochs/breakpoints.h"

#include <fmt/format.h>

#include "checker/guest/code.h"
#include "checker/process/text.h"

namespace bochs {

namespace {

constexpr int breakpoints_in_a_row = 3;

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
    for (const std::uint64_t place : places) {
        commands += fmt::format("lb {:#x}\n", place);
    }
    return commands;
}

std::string delete_breakpoints(std::size_t first, std::size_t count) {
    std::string commands;
    for (std::size_t number = first; number < first + count; ++number) {
        commands += fmt::format("d {}\n", number);
    }
    return commands;
}

// "(1) Breakpoint 7, 0xffffffff8011a000 in ?? ()"
std::optional<BreakpointHit> parse_breakpoint_hit(std::string_view stopped) {
    while (const auto line = process::take_line(stopped)) {
        const auto hit = process::after(*line, ") Breakpoint ");
        const auto address = hit ? process::number_after(*hit, ", 0x") : std::nullopt;
        const auto cpu = process::number_after(*line, "(", 10);
        if (line->starts_with('(') && address && cpu && *cpu < 256) {
            return BreakpointHit{static_cast<unsigned>(*cpu), *address};
        }
    }
    return std::nullopt;
}

}  // namespace bochs
