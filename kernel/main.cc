// The boot of the BSP, as a table of contents. docs/reading-order.md says where to go from each
// line.
#include <cstdint>

#include "acpi/madt.h"
#include "acpi/power.h"
#include "acpi/tables.h"
#include "boot/boot_info.h"
#include "console/print.h"
#include "console/serial.h"
#include "cpu/clock.h"
#include "cpu/features.h"
#include "cpu/lapic.h"
#include "cpu/panic.h"
#include "instructions.h"
#include "lib/panic.h"
#include "memory/firmware_memory.h"
#include "memory/frames.h"
#include "memory/kernel_space.h"
#include "memory/memory.h"
#include "sched/demonstration.h"
#include "sched/scheduler.h"
#include "smp/per_cpu.h"
#include "smp/wake.h"

namespace {

const memory::FirmwareMemory firmware;
constinit acpi::PowerOff power_switch;

/// The value of `result`; without it the kernel cannot go on, and says why.
template <class T>
T& require(lib::Result<T>& result) {
    if (!result) {
        lib::panic("{}", result.error().text());
    }
    return *result;
}

void switch_off() {
    // The machine may take its time; whoever looks at it afterwards is to find this CPU here, and
    // not in the handler of a timer that came in between.
    instructions::cli();
    console::drain();
    acpi::power_off(power_switch);
}

acpi::Tables open_tables(const boot::BootInfo& boot_info) {
    auto tables = acpi::Tables::open(firmware, boot_info.rsdp_copy, boot_info.rsdp);
    return require(tables);
}

acpi::Madt find_processors(const acpi::Tables& tables) {
    auto table = tables.find("APIC");
    auto madt = acpi::parse_madt(require(table));
    return require(madt);
}

/// A machine that cannot switch itself off halts instead, which is no reason not to boot.
void find_power_switch(const acpi::Tables& tables, std::string_view command_line) {
    if (const auto found = acpi::find_power_off(tables)) {
        power_switch = *found;
    } else {
        console::print("{}\n", found.error().text());
    }
    if (boot::option(command_line, "panic") == "poweroff") {
        cpu::set_end_machine(switch_off);
    }
}

std::uint32_t number(std::string_view command_line, const boot::NumberOption& option) {
    auto value = boot::number_option(command_line, option);
    return static_cast<std::uint32_t>(require(value));
}

constexpr boot::NumberOption cpus_option{
    .name = "cpus", .lowest = 1, .highest = observed::max_cpus, .otherwise = observed::max_cpus};
constexpr boot::NumberOption tasks_option{.name = "tasks",
                                          .lowest = sched::fewest_tasks_per_cpu,
                                          .highest = sched::most_tasks_per_cpu,
                                          .otherwise = sched::default_tasks_per_cpu};

}  // namespace

extern "C" [[noreturn]] void kernel_main(std::uint32_t magic, std::uint32_t info) {
    console::initialize();
    smp::init_bsp_percpu();
    cpu::require_features();

    auto parsed = boot::parse(firmware, magic, x86::PhysicalAddress{info});
    const boot::BootInfo& boot_info = require(parsed);
    const std::string_view command_line = boot_info.command_line.text();
    console::print("Sipi, by {}; command line \"{}\"{}\n", boot::name(boot_info.loader),
                   command_line, boot_info.command_line.truncated() ? ", cut short" : "");
    memory::initialize(boot_info);
    memory::require_w_xor_x();
    console::print("memory: {} MiB of RAM, {} free\n", memory::ram().size() >> 20,
                   memory::free_frames() * x86::page_size >> 20);

    const acpi::Tables tables = open_tables(boot_info);
    find_power_switch(tables, command_line);
    const acpi::Madt madt = find_processors(tables);
    console::print("acpi: {} processors listed\n", madt.processors.size());

    cpu::find_lapic();
    cpu::enable_lapic();
    cpu::calibrate_clocks();

    const unsigned cpus = smp::wake_aps(madt, number(command_line, cpus_option), sched::enter);
    console::print("smp: {} {} awake\n", cpus, cpus == 1 ? "CPU" : "CPUs");

    sched::open(cpus);
    sched::demonstrate(number(command_line, tasks_option));

    switch_off();
    console::print("This machine does not switch itself off. It can be switched off now.\n");
    for (;;) {
        instructions::halt();
    }
}
