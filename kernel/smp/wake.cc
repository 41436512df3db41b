#include "smp/wake.h"

#include <algorithm>

#include "console/print.h"
#include "cpu/control_state.h"
#include "cpu/lapic_timer.h"
#include "lib/text_buffer.h"
#include "memory/frames.h"
#include "memory/identity_map.h"
#include "memory/layout.h"
#include "smp/ap_entry.h"
#include "smp/handshake.h"
#include "smp/shootdown.h"
#include "smp/start_ap.h"
#include "smp/trampoline_page.h"
#include "trampoline/tables.h"

namespace smp {

constinit std::array<trampoline::ApTrace, cpu::max_cpus> ap_traces{};

namespace {

constexpr unsigned deadline_us = 400'000;
constexpr unsigned first_poll_us = 50;

/// Halts until the AP has come online or its deadline has passed; whichever the handshake records
/// first is final. Looks often at first and more and more seldom: an AP that comes up is noticed
/// within a quarter of its time, and one that does not costs few wakings.
bool wait_until_online(unsigned cpu) {
    for (unsigned waited = 0; waited < deadline_us;) {
        if (is_online(cpu)) {
            return true;
        }
        const unsigned next = std::max(first_poll_us, waited / 4);
        cpu::sleep_us(next);
        waited += next;
    }
    return !give_up(cpu);
}

// What lies there is the loader's, or an earlier AP's, until lab 3 has written its message.
void forget_trace() {
    mailbox().trace.length = 0;
}

void keep_trace(unsigned cpu) {
    const volatile trampoline::ApTrace& trace = mailbox().trace;
    const std::uint32_t length = trace.length;
    ap_traces[cpu].length = std::min<std::uint32_t>(length, sizeof(trace.letters));
    for (std::size_t i = 0; i < sizeof(trace.letters); ++i) {
        ap_traces[cpu].letters[i] = trace.letters[i];
    }
}

void report_missing(unsigned cpu, std::uint32_t lapic_id) {
    const trampoline::ApTrace& trace = ap_traces[cpu];
    if (trace.length == 0) {
        console::print("smp: cpu {} (LAPIC {}) has not answered for {} ms; it reached no stage\n",
                       cpu, lapic_id, deadline_us / 1000);
    } else {
        console::print(
            "smp: cpu {} (LAPIC {}) has not answered for {} ms; its last stage is '{}'\n", cpu,
            lapic_id, deadline_us / 1000, trace.letters[trace.length - 1]);
    }
}

void check_lapic_id(unsigned cpu, std::uint32_t expected) {
    if (const std::uint32_t read = cpu::record_of(cpu).lapic_id; read != expected) {
        console::print("smp: cpu {} warning: LAPIC ID mismatch (expected {}, got {})\n", cpu,
                       expected, read);
    }
}

/// Starts one AP and waits for it. On success its first stack is free again.
bool wake(unsigned cpu, std::uint32_t lapic_id) {
    const auto first_stack =
        memory::allocate_frame_below(x86::PhysicalAddress{memory::low_memory_size});
    cpu::prepare(cpu, lapic_id);
    expect_ap(cpu);

    std::array<char, 16> label;
    lib::TextBuffer line(label);
    lib::format_to(line, "cpu {:>2}: ", cpu);
    console::write_raw(line.text());
    forget_trace();
    start_ap({
        .bsp = cpu::read_control_state(),
        .stack_top = first_stack.raw + x86::page_size,
        .entry = reinterpret_cast<std::uint64_t>(&ap_entry64),
        .cpu = cpu,
        .lapic_id = lapic_id,
        .trace = {},
    });
    const bool online = wait_until_online(cpu);
    keep_trace(cpu);
    console::write_raw("\n");

    if (!online) {
        report_missing(cpu, lapic_id);
        return false;
    }
    check_lapic_id(cpu, lapic_id);
    memory::free_frame(first_stack);
    return true;
}

}  // namespace

Awake wake_aps(const acpi::Madt& madt, unsigned limit, ApWork work) {
    set_ap_work(work);
    const std::uint32_t bsp_id = cpu::apic_ids[0];
    memory::map_low_memory();
    trampoline::fill_tables(trampoline_image_tables());

    Awake awake{.cpus = 1, .all = true};
    for (const acpi::ProcessorEntry& processor : madt.processors) {
        if (!processor.enabled || processor.apic_id == bsp_id) {
            continue;
        }
        if (awake.cpus == limit) {
            break;
        }
        if (!wake(awake.cpus, processor.apic_id)) {
            awake.all = false;
            return awake;
        }
        ++awake.cpus;
    }
    memory::unmap_low_memory(flush_elsewhere);
    return awake;
}

}  // namespace smp
