#include "checker/guest/kernel_memory.h"

#include <algorithm>
#include <cstring>

#include "checker/evidence/kernel_names.h"
#include "checker/process/text.h"
#include "memory/layout.h"
#include "observed.h"
#include "trampoline/mailbox.h"
#include "trampoline/stage.h"

namespace guest {

namespace {

// The letters as they can be shown. To leave one that no stage has is a mistake, and one worth
// seeing: nothing of a trace is thrown away for it, unless no letter in it is one.
std::string as_trace(std::string_view letters) {
    std::string trace{letters};
    std::ranges::replace_if(
        trace, [](char each) { return each <= ' ' || each > '~'; }, '?');
    const bool any = trace.find_first_of(trampoline::complete_trace) != std::string::npos;
    return any && trace.size() <= sizeof(trampoline::ApTrace::letters) ? trace : std::string{};
}

std::string letters_of(const trampoline::ApTrace& trace) {
    return trace.length <= sizeof(trace.letters) ? as_trace({trace.letters, trace.length})
                                                 : std::string{};
}

}  // namespace

std::optional<x86::PhysicalAddress> physical_address(const Symbols& symbols,
                                                     std::string_view name) {
    const auto range = symbols.find(name);
    if (!range) {
        return std::nullopt;
    }
    const std::uint64_t base =
        range->address >= ::memory::kernel_base.raw ? ::memory::kernel_base.raw : 0;
    return x86::PhysicalAddress{range->address - base};
}

std::vector<std::string> read_traces(const lib::PhysicalMemory& memory, const Symbols& symbols,
                                     unsigned cpus) {
    std::vector<std::string> traces(cpus);
    const auto array = physical_address(symbols, evidence::kernel_names::ap_traces);
    const std::uint64_t array_size =
        array ? symbols.find(evidence::kernel_names::ap_traces)->size : 0;
    for (std::uint64_t i = 0;
         i < traces.size() && (i + 1) * sizeof(trampoline::ApTrace) <= array_size; ++i) {
        const auto trace =
            memory.read<trampoline::ApTrace>(*array + i * sizeof(trampoline::ApTrace));
        traces[i] = trace ? letters_of(*trace) : "";
    }
    // The letters of the AP that is being started are still in the mailbox, whatever number is there.
    const auto mailbox =
        memory.read<trampoline::Mailbox>(x86::PhysicalAddress{trampoline::mailbox_address});
    const auto handshakes = read_handshakes(memory, symbols, cpus);
    const auto found = std::ranges::find(handshakes, evidence::Handshake::starting);
    const auto started = found == handshakes.end()
                             ? mailbox ? mailbox->cpu : 0
                             : static_cast<std::uint32_t>(found - handshakes.begin());
    if (mailbox && started != 0 && started < cpus && traces[started].empty()) {
        traces[started] = letters_of(mailbox->trace);
    }
    return traces;
}

std::vector<std::string> traces_on_line(std::string_view serial, unsigned cpus) {
    std::vector<std::string> traces(cpus);
    while (auto line = process::take_line(serial)) {
        constexpr std::string_view mark = "cpu ";
        if (!line->starts_with(mark)) {
            continue;
        }
        line->remove_prefix(std::min(line->find_first_not_of(' ', mark.size()), line->size()));
        const auto number = process::leading_number(*line, 10);
        const std::string_view letters = process::after(*line, ": ").value_or("");
        // A message for people has spaces.
        if (number && *number < cpus && letters.find(' ') == std::string_view::npos) {
            traces[*number] = as_trace(letters);
        }
    }
    return traces;
}

std::vector<evidence::Record> read_records(const lib::PhysicalMemory& memory,
                                           const Symbols& symbols, unsigned cpus) {
    const auto lines = symbols.find(evidence::kernel_names::per_cpu_records);
    const auto first_line = physical_address(symbols, evidence::kernel_names::per_cpu_records);
    std::vector<evidence::Record> records;
    for (unsigned cpu = 0; lines && first_line && cpu < cpus; ++cpu) {
        using Line = observed::PerCpuRecords::Line;
        const std::uint64_t offset = cpu * sizeof(Line);
        const auto line = memory.read<Line>(*first_line + offset);
        if (!line || offset + sizeof(Line) > lines->size) {
            return {};
        }
        const observed::PerCpu& record = line->record;
        const auto self = reinterpret_cast<std::uintptr_t>(record.self);
        records.push_back({lines->address + offset, self, record.id, record.lapic_id});
    }
    return records;
}

std::vector<evidence::Handshake> read_handshakes(const lib::PhysicalMemory& memory,
                                                 const Symbols& symbols, unsigned cpus) {
    std::vector<evidence::Handshake> all(cpus);
    const auto range = symbols.find(evidence::kernel_names::ap_states);
    const auto states = physical_address(symbols, evidence::kernel_names::ap_states);
    for (unsigned cpu = 0; states && cpu < cpus; ++cpu) {
        const std::uint64_t offset = cpu * sizeof(std::uint32_t);
        const auto state = memory.read<std::uint32_t>(*states + offset);
        if (state && offset < range->size &&
            *state <= static_cast<std::uint32_t>(evidence::Handshake::given_up)) {
            all[cpu] = static_cast<evidence::Handshake>(*state);
        }
    }
    return all;
}

std::optional<evidence::TrampolinePage> read_trampoline(const lib::PhysicalMemory& memory,
                                                        const Symbols& symbols) {
    const auto image_start = physical_address(symbols, evidence::kernel_names::trampoline_image);
    const auto entry = symbols.find(evidence::kernel_names::ap_entry);
    if (!image_start || !entry) {
        return std::nullopt;
    }
    const auto page =
        memory.at(x86::PhysicalAddress{trampoline::page_address}, trampoline::page_size);
    const auto image = memory.at(*image_start, trampoline::page_size);
    if (page.empty() || image.empty()) {
        return std::nullopt;
    }
    evidence::TrampolinePage both{
        {page.begin(), page.end()}, {image.begin(), image.end()}, entry->address, {}, 0};
    for (std::uint32_t at = trampoline::page_address; at < trampoline::stack_bottom; ++at) {
        evidence::Location place = symbols.locate(at);
        if (place.line == 0) {
            continue;
        }
        const bool begins = both.lines.empty() || both.lines.back().line != place.line ||
                            both.lines.back().file != place.file;
        if (begins) {
            both.lines.push_back({at, std::move(place.file), place.line});
        }
        both.code_end = at + 1;
    }
    return both;
}

std::optional<evidence::Sent> read_sent(const lib::PhysicalMemory& memory, const Symbols& symbols) {
    const auto address = physical_address(symbols, evidence::kernel_names::sent_commands);
    const auto record = address ? memory.read<observed::SentCommands>(*address) : std::nullopt;
    if (!record) {
        return std::nullopt;
    }
    const auto kept = std::min<std::size_t>(record->count, record->first.size());
    return evidence::Sent{
        {record->first.begin(), record->first.begin() + static_cast<std::ptrdiff_t>(kept)},
        record->count};
}

std::optional<Panic> read_panic(const lib::PhysicalMemory& memory, const Symbols& symbols) {
    const auto address = physical_address(symbols, evidence::kernel_names::panic_record);
    const auto record = address ? memory.read<observed::PanicRecord>(*address) : std::nullopt;
    if (!record || record->happened != 1) {
        return std::nullopt;
    }
    const bool unknown = record->cpu == observed::PanicRecord::unknown_cpu;
    Panic panic{unknown ? std::nullopt : std::optional{record->cpu},
                std::string{record->text, strnlen(record->text, sizeof(record->text))}};
    panic.text.resize(std::min(panic.text.find('\n'), panic.text.size()));
    return panic;
}

}  // namespace guest
