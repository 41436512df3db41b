#include "checker/guest/kernel_memory.h"

#include <algorithm>
#include <cstring>

#include "checker/evidence/kernel_names.h"
#include "checker/process/output.h"
#include "memory/layout.h"
#include "observed.h"
#include "trampoline/mailbox.h"
#include "trampoline/stage.h"

namespace guest {

namespace {

using evidence::Handshake;
namespace names = evidence::kernel_names;

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

std::optional<x86::PhysicalAddress> KernelMemory::place_of(std::string_view name) const {
    const auto range = symbols_.find(name);
    if (!range)
        return {};
    const std::uint64_t base =
        range->address >= ::memory::kernel_base.raw ? ::memory::kernel_base.raw : 0;
    return x86::PhysicalAddress{range->address - base};
}

template <class T>
std::optional<T> KernelMemory::element(std::string_view array, std::uint64_t i) const {
    const auto range = symbols_.find(array);
    const auto begin = place_of(array);
    return begin && (i + 1) * sizeof(T) <= range->size ? memory_.read<T>(*begin + i * sizeof(T))
                                                       : std::nullopt;
}

std::vector<std::string> KernelMemory::traces() const {
    std::vector<std::string> traces(cpus_);
    for (unsigned cpu = 0; cpu < cpus_; ++cpu)
        if (const auto trace = element<trampoline::ApTrace>(names::ap_traces, cpu))
            traces[cpu] = letters_of(*trace);
    const auto mailbox =
        memory_.read<trampoline::Mailbox>(x86::PhysicalAddress{trampoline::mailbox_address});
    // The letters of the AP that is being started are still in the mailbox, whatever number it has.
    const auto states = handshakes();
    const auto found = std::ranges::find(states, Handshake::starting);
    const std::size_t started = found != states.end()
                                    ? static_cast<std::size_t>(found - states.begin())
                                : mailbox ? mailbox->cpu
                                          : 0;
    if (mailbox && started != 0 && started < cpus_ && traces[started].empty())
        traces[started] = letters_of(mailbox->trace);
    return traces;
}

std::vector<evidence::Record> KernelMemory::records() const {
    using Line = observed::PerCpuRecords::Line;
    const auto lines = symbols_.find(names::per_cpu_records);
    std::vector<evidence::Record> records;
    for (unsigned cpu = 0; cpu < cpus_; ++cpu) {
        const auto line = element<Line>(names::per_cpu_records, cpu);
        if (!line)
            return {};
        const observed::PerCpu& record = line->record;
        const auto self = reinterpret_cast<std::uintptr_t>(record.self);
        records.push_back({lines->address + cpu * sizeof(Line), self, record.id, record.lapic_id});
    }
    return records;
}

std::vector<Handshake> KernelMemory::handshakes() const {
    std::vector<Handshake> all(cpus_);
    for (unsigned cpu = 0; cpu < cpus_; ++cpu) {
        const auto state = element<std::uint32_t>(names::ap_states, cpu);
        if (state && *state <= static_cast<std::uint32_t>(Handshake::given_up))
            all[cpu] = static_cast<Handshake>(*state);
    }
    return all;
}

std::optional<evidence::TrampolinePage> KernelMemory::trampoline() const {
    const auto image_start = place_of(names::trampoline_image);
    const auto entry = symbols_.find(names::ap_entry);
    if (!image_start || !entry)
        return {};
    const auto page =
        memory_.at(x86::PhysicalAddress{trampoline::page_address}, trampoline::page_size);
    const auto image = memory_.at(*image_start, trampoline::page_size);
    if (page.empty() || image.empty())
        return {};
    evidence::TrampolinePage both{
        {page.begin(), page.end()}, {image.begin(), image.end()}, entry->address, {}};
    const auto code_end = symbols_.find(names::trampoline_code_end);
    for (std::uint64_t at = trampoline::page_address; code_end && at < code_end->address; ++at) {
        evidence::Location place = symbols_.locate(at);
        if (place.line == 0)
            continue;
        if (both.lines.empty() || both.lines.back().line != place.line ||
            both.lines.back().file != place.file)
            both.lines.push_back({at, at, std::move(place.file), place.line});
        both.lines.back().end = at + 1;
    }
    return both;
}

std::optional<evidence::Sent> KernelMemory::sent() const {
    const auto record = element<observed::SentCommands>(names::sent_commands, 0);
    if (!record)
        return {};
    const auto kept = std::min<std::size_t>(record->count, record->first.size());
    return {{{record->first.begin(), record->first.begin() + static_cast<std::ptrdiff_t>(kept)},
             record->count}};
}

std::optional<Panic> KernelMemory::panic() const {
    const auto record = element<observed::PanicRecord>(names::panic_record, 0);
    if (!record || record->happened != 1)
        return {};
    const bool unknown = record->cpu == observed::PanicRecord::unknown_cpu;
    Panic panic{unknown ? std::nullopt : std::optional{record->cpu},
                std::string{record->text, strnlen(record->text, sizeof(record->text))}};
    panic.text.resize(std::min(panic.text.find('\n'), panic.text.size()));
    return panic;
}

std::vector<std::string> traces_on_line(std::string_view serial, unsigned cpus) {
    std::vector<std::string> traces(cpus);
    while (auto line = process::take_line(serial)) {
        constexpr std::string_view mark = "cpu ";
        if (!line->starts_with(mark))
            continue;
        line->remove_prefix(std::min(line->find_first_not_of(' ', mark.size()), line->size()));
        const auto number = process::leading_number(*line, 10);
        const std::string_view letters = process::after(*line, ": ").value_or("");
        // A message for people has spaces.
        if (number && *number < cpus && letters.find(' ') == std::string_view::npos)
            traces[*number] = as_trace(letters);
    }
    return traces;
}

}  // namespace guest
