// The boot of the BSP, as a table of contents: a folder is a namespace, so smp::wake_aps is in
// kernel/smp/wake.h. What to read next says docs/reading-order.md.
#include <cstdint>

#include "acpi/madt.h"
#include "acpi/power_off.h"
#include "acpi/tables.h"
#include "boot/boot_info.h"
#include "console/print.h"
#include "console/serial.h"
#include "cpu/clock.h"
#include "cpu/features.h"
#include "cpu/lapic.h"
#include "cpu/panic.h"
#include "memory/kernel_space.h"
#include "sched/demonstration.h"
#include "sched/scheduler.h"
#include "smp/per_cpu.h"
#include "smp/wake.h"

extern "C" [[noreturn]] void kernel_main(std::uint32_t magic, std::uint32_t info) {
    console::initialize();    // the serial line
    smp::init_bsp_percpu();   // this CPU's record, its GDT, IDT and TSS
    cpu::require_features();  // an APIC, NX, ...: or a panic says which is missing

    const lib::PhysicalMemory& memory = memory::firmware_memory();
    const boot::BootInfo& boot_info = boot::initialize(memory, magic, x86::PhysicalAddress{info});
    memory::initialize(boot_info);  // frames; the final page tables, W^X; nothing mapped at 0

    const acpi::Tables tables(memory, boot_info);
    acpi::find_power_switch(tables);
    const acpi::Processors processors = acpi::find_processors(tables);

    cpu::find_lapic();        // where its registers are; the old 8259s are silenced
    cpu::enable_lapic();      // from here on this CPU can send, and be interrupted
    cpu::calibrate_clocks();  // from here on there are microseconds

    const unsigned cpus = smp::wake_aps(processors);  // the moment

    sched::open(cpus);     // the APs wait for this
    sched::demonstrate();  // tasks on every CPU, and a table of who ran where

    console::drain();
    acpi::power_off();  // returns where that does not work
    console::print("This machine does not switch itself off. It can be switched off now.\n");
    cpu::stop_this_cpu();
}

/// Each AP, from when it is online.
[[noreturn]] void smp::ap_main() {
    sched::enter();
}
