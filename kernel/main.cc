// The boot of the BSP, as a table of contents. docs/reading-order.md says where to go from each
// line.
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
    console::initialize();
    smp::init_bsp_percpu();  // this CPU's record, its GDT, IDT and TSS
    cpu::require_features();

    const lib::PhysicalMemory& memory = memory::firmware_memory();
    const boot::BootInfo& boot_info = boot::initialize(memory, magic, x86::PhysicalAddress{info});
    memory::initialize(boot_info);  // frames; the final page tables, W^X; nothing mapped at 0

    const acpi::Tables tables(memory, boot_info);
    acpi::find_power_switch(tables);
    const acpi::Processors processors = acpi::find_processors(tables);

    cpu::find_lapic();
    cpu::enable_lapic();
    cpu::calibrate_clocks();

    const unsigned cpus = smp::wake_aps(processors, sched::enter);

    sched::open(cpus);
    sched::demonstrate();

    console::drain();
    acpi::power_off();
    console::print("This machine does not switch itself off. It can be switched off now.\n");
    cpu::stop_this_cpu();
}
