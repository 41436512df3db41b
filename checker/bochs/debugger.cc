#include "checker/bochs/debugger.h"

#include <algorithm>
#include <fmt/format.h>

#include "checker/bochs/registers.h"
#include "checker/evidence/kernel_names.h"
#include "checker/guest/code.h"
#include "checker/guest/memory.h"
#include "checker/process/output.h"
#include "memory/layout.h"
#include "x86/page.h"

namespace bochs {

namespace {

constexpr int breakpoints_in_a_row = 3;
constexpr unsigned stops_for_each_cpu = 18;  // twice what it takes

using x86::page_size;

std::vector<std::uint64_t> places_at(const guest::Symbols& symbols, std::uint64_t address,
                                     guest::CodeSize size) {
    std::vector<std::uint64_t> places;
    for (int i = 0; i < breakpoints_in_a_row; ++i) {
        places.push_back(address);
        const auto step =
            guest::step(symbols.bytes(address, guest::longest_instruction), address, size);
        // A kernel's function goes on behind its calls; what they lead to others call as well.
        const bool jumps = size == guest::CodeSize::bits16 && step && step->target &&
                           (step->flow == guest::Flow::jump || step->flow == guest::Flow::call);
        address = jumps ? *step->target : address + (step ? step->length : 1);
    }
    return places;
}

}  // namespace

std::vector<std::uint64_t> places_to_stop(const guest::Symbols& symbols,
                                          std::string_view function) {
    const auto range = symbols.find(function);
    return range ? places_at(symbols, range->address, guest::CodeSize::bits64)
                 : std::vector<std::uint64_t>{};
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
    return {};
}

Arrivals::Arrivals(const engine::Request& request, const guest::Symbols& symbols, Process& bochs)
    : request_(request),
      bochs_(bochs),
      starts_(places_at(symbols, trampoline::page_address, guest::CodeSize::bits16)),
      entries_(places_to_stop(symbols, evidence::kernel_names::ap_entry)),
      left_(places_to_stop(symbols, evidence::kernel_names::ap_without_labs)),
      seen_(request.cpus, stops_for_each_cpu, engine::Sees::whole_way) {}

std::string Arrivals::set_breakpoints(std::size_t number) {
    first_number_ = number;
    return bochs::set_breakpoints(starts_) + bochs::set_breakpoints(entries_) +
           bochs::set_breakpoints(left_);
}

std::optional<evidence::Registers> Arrivals::registers_of(unsigned cpu) {
    const std::string answer = bochs_.ask(register_commands(cpu)).value_or("");
    return parse_cpus(answer, request_.cpus)[cpu];
}

// By a SIPI of the kernel's, after the firmware's: who is led there by an NMI or a jump is not.
bool Arrivals::was_started(unsigned cpu) {
    bochs_.pump(process::Clock::now());  // what the log has before the prompt
    const auto sipis = std::ranges::count_if(
        bochs_.log().seen(), [&](const auto& seen) { return seen.sipi && seen.apic_id == cpu; });
    return sipis > (request_.way == evidence::Way::rom ? 1 : 0);
}

// Each CPU stops once for each place that Bochs does not miss; the first time counts.
bool Arrivals::look() {
    const auto hit = parse_breakpoint_hit(bochs_.said());
    const auto stands_at = [&](const std::vector<std::uint64_t>& places) {
        return hit && std::ranges::count(places, hit->address) != 0;
    };
    const Memory memory{bochs_, std::uint64_t{request_.memory_mib} << 20};
    if (stands_at(starts_)) {
        if (seen_.wants_page(hit->cpu) && was_started(hit->cpu))
            seen_.add_page(hit->cpu, memory);
    } else if (stands_at(entries_)) {
        if (const auto its = seen_.wants(hit->cpu) ? registers_of(hit->cpu) : std::nullopt) {
            const guest::LinearMemory as_it_sees{memory, cpu_model, *its};
            if (!as_it_sees.read(its->rip, 1).empty())  // Bochs stops before the fetch
                seen_.add(hit->cpu, as_it_sees.arrival());
        }
    } else if (stands_at(left_)) {
        const auto its = seen_.wants_left(hit->cpu) ? registers_of(hit->cpu) : std::nullopt;
        if (its && its->rsp > memory::stacks_base.raw)  // else it has only been jumped to
            seen_.add_left(hit->cpu, *its);
    } else {
        return false;
    }
    if (seen_.was_last_stop())
        bochs_.ask(
            delete_breakpoints(first_number_, starts_.size() + entries_.size() + left_.size()));
    return bochs_.at_prompt();
}

// 0x0000000000008000 <bogus+       0>:  0x8ec08ed88ec031fa  0xb86680a816010fd0
std::vector<std::byte> parse_examined(std::string_view answer, std::size_t quadwords) {
    std::vector<std::byte> bytes;
    while (const auto line = process::take_line(answer)) {
        auto rest = process::after(*line, ">:");
        while (rest && (rest = process::after(*rest, "\t0x"))) {
            const auto value = process::leading_number(*rest);
            for (unsigned i = 0; value && i < sizeof(*value); ++i)
                bytes.push_back(static_cast<std::byte>(*value >> 8 * i));
        }
    }
    if (bytes.size() != quadwords * sizeof(std::uint64_t))
        bytes.clear();
    return bytes;
}

// Empty where it could not be read.
std::span<const std::byte> Memory::page(std::uint64_t number) const {
    constexpr std::size_t quadwords = page_size / sizeof(std::uint64_t);
    const auto [entry, is_new] = pages_.try_emplace(number);
    if (is_new) {
        const auto answer =
            bochs_.ask(fmt::format("xp /{}gx {:#x}\n", quadwords, number * page_size));
        entry->second = parse_examined(answer.value_or(""), quadwords);
    }
    return entry->second;
}

std::span<const std::byte> Memory::at(x86::PhysicalAddress address, std::size_t size) const {
    if (address.raw > size_ || size > size_ - address.raw)
        return {};
    std::vector<std::byte> bytes;
    while (bytes.size() < size) {
        const std::uint64_t next = address.raw + bytes.size();
        const std::size_t offset = next % page_size;
        const std::span<const std::byte> whole = page(next / page_size);
        if (whole.empty())
            return {};
        const auto found = whole.subspan(offset, std::min(size - bytes.size(), page_size - offset));
        if (found.size() == size)
            return found;
        bytes.insert(bytes.end(), found.begin(), found.end());
    }
    return assembled_.emplace_back(std::move(bytes));
}

}  // namespace bochs
