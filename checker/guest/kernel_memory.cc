#include "checker/guest/kernel_memory.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "checker/evidence/kernel_names.h"
#include "checker/evidence/questions.h"
#include "checker/process/output.h"
#include "memory/layout.h"
#include "observed.h"
#include "trampoline/mailbox.h"
#include "trampoline/stage.h"
#include "x86/gate.h"

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

evidence::Overwritten led(std::uint64_t at, std::string_view symbol, std::uint64_t target) {
    return {{at, std::string{symbol}, {}, 0, {}}, false, {}, {}, target};
}

}  // namespace

std::optional<x86::PhysicalAddress> KernelMemory::place_of(std::string_view name) const {
    const auto range = symbols_.find(name);
    const std::uint64_t base = ::memory::kernel_base.raw;
    if (!range)
        return {};
    return x86::PhysicalAddress{range->address - (range->address >= base ? base : 0)};
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
    const auto tables = symbols_.find(names::all_tables);
    const auto lines = symbols_.find(names::per_cpu_records);
    std::vector<evidence::Record> records;
    for (unsigned cpu = 0; cpu < cpus_; ++cpu) {
        const auto line = element<Line>(names::per_cpu_records, cpu);
        if (!line)
            return {};
        const observed::PerCpu& record = line->record;
        const auto self = reinterpret_cast<std::uintptr_t>(record.self);
        const evidence::Belongings holds{record.stack_top.raw, record.double_fault_stack_top.raw,
                                         reinterpret_cast<std::uintptr_t>(record.tables)};
        evidence::Belongings prepared;
        if (const auto stacks = element<observed::Prepared>(names::prepared, cpu); stacks && tables)
            prepared = {stacks->stack_top.raw, stacks->double_fault_stack_top.raw,
                        tables->address + cpu * (tables->size / observed::max_cpus)};
        records.push_back({lines->address + cpu * sizeof(Line), self, record.id, record.lapic_id,
                           record.online == 1, holds, prepared});
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
    constexpr std::size_t low_memory_end = 0x9f000;  // where a firmware's own begins
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
    if (const auto code_end = symbols_.find(names::trampoline_code_end))
        both.lines = symbols_.code_lines(trampoline::page_address, code_end->address);
    const auto sought = message();
    if (sought && evidence::mailbox_in(both).entry != both.entry) {
        const auto low = memory_.at({}, low_memory_end);
        const auto bytes = std::as_bytes(std::span{&*sought, 1});
        const auto end = bytes.begin() + offsetof(trampoline::Mailbox, trace);
        const auto found = std::search(low.begin(), low.end(), bytes.begin(), end);
        if (found != low.end())
            both.message_at = found - low.begin();
    }
    return both;
}

std::optional<evidence::Overwritten> KernelMemory::overwritten(const LinearMemory* bsp) const {
    const auto text = symbols_.find(names::text_start), text_end = symbols_.find(names::text_end);
    const auto rodata = symbols_.find(names::rodata_start);
    const auto rodata_end = symbols_.find(names::rodata_end);
    const auto image = place_of(names::trampoline_image);
    const auto code_end = symbols_.find(names::trampoline_code_end);
    if (!text || !text_end || !rodata || !rodata_end || !image || !code_end)
        return {};
    struct Part {
        std::uint64_t begin, end;
        x86::PhysicalAddress loaded;
        bool mapped = true;  // to the end: the labs' code is not, nor is low memory
    };
    const auto loaded = [](std::uint64_t address) {
        return x86::PhysicalAddress{address - ::memory::kernel_base.raw};
    };
    const std::uint64_t labs = symbols_.find(names::given_text_end).value_or(*text_end).address;
    for (const Part& part : {Part{text->address, labs, loaded(text->address)},
                             Part{labs, text_end->address, loaded(labs), false},
                             Part{rodata->address, rodata_end->address, loaded(rodata->address)},
                             Part{trampoline::page_address, code_end->address, *image, false}}) {
        const auto linked = symbols_.bytes(part.begin, part.end - part.begin);
        const auto loaded_now = memory_.at(part.loaded, linked.size());
        std::vector<std::byte> now{loaded_now.begin(), loaded_now.end()};
        if (bsp && part.mapped && std::ranges::equal(now, linked))
            now = bsp->read(part.begin, linked.size());  // its tables may lead elsewhere
        const auto [was, is] = std::ranges::mismatch(linked, now);
        if (was == linked.end() || is == now.end())
            continue;
        const auto offset = static_cast<std::uint64_t>(was - linked.begin());
        return evidence::Overwritten{symbols_.locate(part.begin + offset),
                                     part.begin == trampoline::page_address, *was, *is};
    }
    return bsp ? led_elsewhere(*bsp) : std::nullopt;
}

// The IDT is data, and once it is filled each gate leads where the constants say.
std::optional<evidence::Overwritten> KernelMemory::gate_changed() const {
    const auto place = symbols_.find(names::idt), entries = symbols_.find(names::trap_entries);
    const auto idt = element<x86::InterruptTable>(names::idt, 0);
    for (std::size_t vector = 0; idt && entries && vector < idt->size(); ++vector) {
        const x86::InterruptGate& gate = (*idt)[vector];
        const std::uint64_t to = gate.handler().raw;
        const auto linked = symbols_.bytes(entries->address + vector * sizeof(to), sizeof(to));
        if (gate.present() && !std::ranges::equal(linked, std::as_bytes(std::span{&to, 1})))
            return led(place->address + vector * sizeof(gate), names::idt, to);
    }
    return {};
}

// Variables change, but not where they lie.
std::optional<evidence::Overwritten> KernelMemory::led_elsewhere(const LinearMemory& bsp) const {
    const auto begin = symbols_.find(names::data_start), end = symbols_.find(names::given_bss_end);
    if (!begin || !end)
        return {};
    for (std::uint64_t at = begin->address; at < end->address; at += x86::page_size) {
        const x86::PageWalk walk = bsp.walk(at);
        if (walk.outcome == x86::WalkOutcome::mapped &&
            walk.physical.raw != at - ::memory::kernel_base.raw)
            return led(at, "", walk.physical.raw);
    }
    return gate_changed();
}

std::optional<evidence::LaidOpen> KernelMemory::laid_open(const LinearMemory& bsp,
                                                          bool labs_are_done) const {
    const auto physical = [&](std::string_view name) {
        return place_of(name).value_or(x86::PhysicalAddress{}).raw;
    };
    const std::uint64_t text = physical(names::text_start), labs = physical(names::given_text_end),
                        text_end = physical(names::text_end),
                        rodata = physical(names::rodata_start),
                        rodata_end = physical(names::rodata_end);
    std::optional<evidence::LaidOpen> open;
    const auto look = [&](const ::memory::MappedPage& page) {
        const std::uint64_t begin = page.physical.raw, end = begin + page.size;
        if (!labs_are_done && page.address.raw >> 63 == 0)
            return true;  // the low map, which is lab 1's
        if (page.user)
            open = {page, "open to ring 3"};
        else if (page.writable && page.executable)
            open = {page, "writable and executable"};
        // The labs' code is where it was linked until the kernel unmaps it.
        else if (const bool linked = page.address.raw - begin == ::memory::kernel_base.raw;
                 page.executable &&
                 (begin < text || (linked && !labs_are_done ? text_end : labs) < end))
            open = {page, "executable, and not the kernel's code"};
        else if (page.writable &&
                 ((begin < text_end && text < end) || (begin < rodata_end && rodata < end)))
            open = {page, "writable, and the kernel's code or constants"};
        return !open;
    };
    const ::memory::ScanEnd end = bsp.scan_pages(look);
    const bool is_silent = memory_.at({}, 1).empty();  // the engine
    if (end == ::memory::ScanEnd::too_many_tables ||
        (end == ::memory::ScanEnd::unreadable && !is_silent))
        open = {{::memory::kernel_base, {}}, "by tables that are not the kernel's"};
    return open;
}

std::optional<std::vector<std::uint64_t>> KernelMemory::low_map_frames(bool freed_too) const {
    struct Frames {  // lib::FixedVector<x86::PhysicalAddress, 16>
        std::array<std::uint64_t, 16> items;
        std::uint64_t size;
    };
    const auto frames = element<Frames>(names::frames_of_the_map, 0);
    if (!frames || frames->size > frames->items.size())
        return {};
    const std::size_t count = freed_too ? frames->items.size() : frames->size;
    return std::vector(frames->items.begin(), frames->items.begin() + count);
}

std::optional<evidence::Sent> KernelMemory::sent() const {
    using observed::SentCommands;
    const auto begin = place_of(names::sent_commands);
    const auto count = element<decltype(SentCommands::count)>(names::sent_commands, 0);
    if (!begin || !count)
        return {};
    constexpr std::size_t most = std::tuple_size_v<decltype(SentCommands::first)>;
    evidence::Sent sent{std::vector<observed::SentCommand>(std::min<std::size_t>(*count, most)),
                        *count};
    // Of the room for all CPUs only what was used: a debugger's memory is read as text.
    const std::span kept = std::as_writable_bytes(std::span{sent.first});
    const auto bytes = memory_.at(*begin + offsetof(SentCommands, first), kept.size());
    if (bytes.size() != kept.size())
        return {};
    std::ranges::copy(bytes, kept.begin());
    return sent;
}

std::optional<trampoline::Mailbox> KernelMemory::message() const {
    const auto message = element<trampoline::Mailbox>(names::last_message, 0);
    return message && message->cpu != 0 ? message : std::nullopt;
}

std::optional<Panic> KernelMemory::panic() const {
    const auto record = element<observed::PanicRecord>(names::panic_record, 0);
    if (!record || record->happened != 1)
        return {};
    const bool unknown = record->cpu == observed::PanicRecord::unknown_cpu;
    const std::string text{record->text, strnlen(record->text, sizeof(record->text))};
    return Panic{unknown ? std::nullopt : std::optional{record->cpu},
                 text.substr(0, text.find('\n'))};
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
        if (number && *number < cpus && !process::contains(letters, " "))
            traces[*number] = as_trace(letters);
    }
    return traces;
}

}  // namespace guest
