#include "smp/wake.h"

#include <algorithm>
#include <array>

#include "boot/boot_info.h"
#include "console/print.h"
#include "cpu/lapic_timer.h"
#include "memory/frames.h"
#include "smp/identity_map.h"
#include "smp/per_cpu.h"
#include "smp/start_ap.h"

namespace smp {

namespace {

constexpr unsigned deadline_us = 400'000;

/// Waits until the AP has come online or its deadline has passed; the first of the two to be
/// recorded is final.
bool wait_until_online(unsigned cpu) {
    return cpu::sleep_until([cpu] { return cpu::is_online(cpu); }, deadline_us) || !give_up(cpu);
}

void keep_trace(unsigned cpu) {
    trampoline::ApTrace& kept = observed::ap_traces[cpu];
    kept = mailbox().trace;
    kept.length = std::min<std::uint32_t>(kept.length, sizeof(kept.letters));
}

void report_missing(unsigned cpu, std::uint32_t lapic_id) {
    const trampoline::ApTrace& trace = observed::ap_traces[cpu];
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
    if (const std::uint32_t read = record_of(cpu).lapic_id; read != expected) {
        console::print("smp: cpu {} warning: LAPIC ID mismatch (expected {}, got {})\n", cpu,
                       expected, read);
    }
}

/// Starts one AP and waits for it. On success its first stack is free again.
bool wake(unsigned cpu, std::uint32_t lapic_id) {
    const x86::PhysicalAddress first_stack = memory::allocate_low_frame();
    prepare(cpu, lapic_id);
    expect_ap(cpu);

    std::array<char, 16> storage;
    lib::TextBuffer label(storage);
    lib::format_to(label, "cpu {:>2}: ", cpu);
    console::write_raw(label.text());  // the AP's own letters come next on this line
    // Where lab 3 does not write the mailbox, an earlier AP's letters must not pass for this one's.
    mailbox().trace.length = 0;
    observed::last_message = {
        .bsp = instructions::read_control_state(),
        .stack_top = first_stack.raw + x86::page_size,
        .entry = reinterpret_cast<std::uint64_t>(&ap_entry64),
        .cpu = cpu,
        .lapic_id = lapic_id,
        .trace = {},
    };
    start_ap(trampoline::Mailbox{observed::last_message});  // a copy: ours stays as it is
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

/// Wakes one after another, and returns how many CPUs are online then.
unsigned wake_all(const acpi::Processors& processors) {
    const unsigned limit = boot::number_option("cpus", 1, cpu::max_cpus, cpu::max_cpus);
    unsigned cpus = 1;
    for (const acpi::Processor& processor : processors) {
        if (!processor.enabled || processor.apic_id == cpu::apic_ids[0]) {
            continue;
        }
        if (cpus == limit) {
            break;
        }
        if (!wake(cpus, processor.apic_id)) {
            return cpus;  // it may still come: docs/decisions/0001
        }
        ++cpus;
    }
    unmap_low_memory(cpus);
    return cpus;
}

}  // namespace

unsigned wake_aps(const acpi::Processors& processors) {
    map_low_memory();                                    // lab 1
    trampoline::fill_tables(trampoline_image_tables());  // lab 2; lab 3 copies it with the image
    const unsigned cpus = wake_all(processors);
    console::print("smp: {} {} awake\n", cpus, cpus == 1 ? "CPU" : "CPUs");
    return cpus;
}

}  // namespace smp
