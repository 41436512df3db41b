#include "checker/evidence/words.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

#include "checker/evidence/faults.h"

namespace evidence {

using x86::ExceptionVector;

namespace {

struct ModeName {
    std::string_view whole, in_short;
};

// In the order of Mode.
constexpr auto mode_names = std::to_array<ModeName>({
    {"16-bit real mode", "real mode"},
    {"16-bit code in protected mode", "16-bit"},
    {"32-bit protected mode", "32-bit"},
    {"32-bit protected mode with paging", "32-bit, paging"},
    {"32-bit protected mode with PAE paging", "32-bit, PAE"},
    {"long mode, but 32-bit code (compatibility mode)", "compatibility"},
    {"64-bit long mode", "64-bit"},
});
static_assert(mode_names.size() == static_cast<std::size_t>(Mode::long_mode) + 1);

const ModeName& name_of(Mode mode) {
    return mode_names.at(static_cast<std::size_t>(mode));
}

std::string page_fault_in_words(x86::PageFaultError error) {
    namespace bits = x86::page_fault;
    const std::string names = bit_names(error);
    const std::string_view access = error.has(bits::w)   ? "a write"
                                    : error.has(bits::i) ? "a fetch"
                                                         : "a read";
    const std::string_view why = error.has(bits::rsvd) ? "an entry has a reserved bit set"
                                 : error.has(bits::p)  ? "the page forbids it"
                                                       : "not present";
    return fmt::format("{}{}{}{}, {}", names, names.empty() ? "" : ": ", access,
                       error.has(bits::u) ? " by ring 3" : "", why);
}

std::string selector_in_words(const Cpu& cpu, const Exception& exception) {
    const x86::SelectorErrorCode error = selector_error(exception);
    if (error.raw <= 1)
        return "no descriptor named";
    const std::string text =
        error.idt() ? fmt::format("gate {} of the IDT", gate_of(cpu, exception))
                    : fmt::format("selector {:#x}, entry {} of the {}", error.raw & ~7u,
                                  error.index(), error.ti() ? "LDT" : "GDT");
    return error.ext() ? text + ", while delivering another event" : text;
}

std::string describe_end(const x86::PageWalk& walk) {
    switch (walk.outcome) {
        case x86::WalkOutcome::mapped:
            return fmt::format("mapped{}{}", walk.writable ? "" : ", read-only",
                               walk.executable ? "" : ", no-execute");
        case x86::WalkOutcome::not_present:
            return "not present (P is clear)";
        case x86::WalkOutcome::reserved_bit:
            return fmt::format("bit {} is set{}, and this CPU reserves it", walk.reserved_bit(),
                               walk.reserved_bit() == 63 ? " (NX)" : "");
        case x86::WalkOutcome::unreadable:
            return "in memory that does not exist";
        case x86::WalkOutcome::not_canonical:
            return "no canonical address";
    }
    return "?";
}

}  // namespace

std::vector<std::string> columns(std::span<const std::vector<std::string>> rows,
                                 std::string_view gap) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], row[i].size());
    }
    std::vector<std::string> lines;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i)
            line += fmt::format("{:<{}}{}", row[i], widths[i], gap);
        line.erase(line.find_last_not_of(' ') + 1);
        lines.push_back(std::move(line));
    }
    return lines;
}

std::string lines_of(const Location& location) {
    return location.file.empty() ? location.symbol
                                 : fmt::format("{}:{}", location.file, location.line);
}

std::string place(const Location& location) {
    const std::string where = location.file.empty() ? fmt::format("{:#x}", location.address)
                              : location.line == 0  ? location.file
                                                    : lines_of(location);
    return location.symbol.empty() ? where : fmt::format("{} in {}", where, location.symbol);
}

std::string describe(const Location& location) {
    if (location.instruction.empty())
        return location.file.empty() ? place(location)
                                     : fmt::format("{:#x}   {}", location.address, place(location));
    return fmt::format("{}   {}{}", location.instruction, location.file.empty() ? "at " : "",
                       place(location));
}

Location stand(const Cpu& cpu) {
    Location begin = cpu.where;
    const bool halted = cpu.registers && cpu.registers->halted;
    if (!halted && cpu.loop && cpu.loop->first_line != 0)
        begin.line = cpu.loop->first_line;
    return begin;
}

std::string describe_stand(const Cpu& cpu) {
    const bool runs = !cpu.registers || !cpu.registers->halted;
    return runs && (cpu.loop || cpu.lock) ? fmt::format("a loop   {}", place(stand(cpu)))
                                          : describe(cpu.where);
}

std::string bit_names(x86::PageFaultError error) {
    std::string names;
    for (const auto& [flag, name] : x86::page_fault_names)
        if (error.has(flag))
            names += fmt::format("{}{}", names.empty() ? "" : " ", name);
    return names;
}

std::string error_in_words(const Cpu& cpu, const Exception& exception) {
    if (!exception.error)
        return "";
    if (is(exception, ExceptionVector::page_fault))
        return page_fault_in_words({*exception.error});
    return x86::names_selector(ExceptionVector{exception.vector})
               ? selector_in_words(cpu, exception)
               : "";
}

std::string describe(const Cpu& cpu, const Exception& exception) {
    const std::string words = error_in_words(cpu, exception);
    return fmt::format(
        "{} {:<6}  {}", mnemonic(exception),
        exception.error ? fmt::format("{:#06x}", *exception.error) : "",
        words.empty() ? x86::title(ExceptionVector{exception.vector}) : std::string_view{words});
}

std::string describe_chain(const Cpu& cpu, End end) {
    const auto chain = chain_of(cpu);
    if (chain.empty())
        return "none";
    const Exception& oldest = chain.front();
    std::string text{mnemonic(oldest)};
    if (oldest.error)
        text += fmt::format(" {:#04x}", *oldest.error);
    if (oldest.error && is(oldest, ExceptionVector::page_fault)) {
        const std::string bits = bit_names({*oldest.error});
        text += fmt::format(" ({})", bits.empty() ? "read, not present" : bits);
    }
    std::string_view separator = ", then ";
    for (const Exception& next : chain.subspan(1))
        text += fmt::format("{}{}", std::exchange(separator, ", "), mnemonic(next));
    if (end == End::triple_fault && cpu.died)
        text += fmt::format("{}triple fault", separator);
    return text;
}

std::string name_of(const x86::WalkStep& step) {
    return fmt::format("{}[{}]", x86::name(step.level), step.index);
}

std::vector<std::string> describe_walk(const x86::PageWalk& walk) {
    const std::string end = describe_end(walk);
    if (walk.step_count == 0)
        return {end};
    std::vector<std::vector<std::string>> rows;
    for (const x86::WalkStep& step : walk.taken())
        rows.push_back({name_of(step), fmt::format("= {:#018x}", step.entry.raw)});
    std::string& last = rows.back().back();
    last = walk.outcome == x86::WalkOutcome::unreadable
               ? fmt::format("is at {:#x}, {}", walk.last().entry_address.raw, end)
               : fmt::format("{}: {}", last, end);
    return columns(rows, " ");
}

std::string_view short_name(Mode mode) {
    return name_of(mode).in_short;
}

std::string describe_mode(const Registers& registers) {
    const Mode mode = mode_of(registers);
    const std::string ring =
        mode == Mode::real ? "" : fmt::format(", ring {}", registers.cs.selector & 3);
    return fmt::format("{}{}, interrupts {}", name_of(mode).whole, ring,
                       x86::Rflags{registers.rflags}.has(x86::rflags::if_) ? "on" : "off");
}

}  // namespace evidence
