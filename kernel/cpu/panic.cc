#include "cpu/panic.h"

#include <algorithm>
#include <array>
#include <atomic>

#include "acpi/power_off.h"
#include "boot/boot_info.h"
#include "console/print.h"
#include "console/serial.h"
#include "cpu/lapic.h"
#include "cpu/records.h"
#include "cpu/trap_report.h"
#include "instructions.h"
#include "lib/panic.h"
#include "lib/this_cpu.h"

namespace cpu {

namespace {

constexpr std::uint32_t nobody = 0;

// The cpu_token of the CPU whose panic it is. Only that CPU writes what follows.
constinit std::atomic<std::uint32_t> owner{nobody};
constinit unsigned panics = 0;

// How many CPUs have answered its NMI.
constinit std::atomic<unsigned> answers{0};

void keep_record(std::string_view reason) {
    observed::PanicRecord& record = observed::panic_record;
    record.cpu = cpu_number().value_or(observed::PanicRecord::unknown_cpu);
    const std::size_t size = std::min(reason.size(), sizeof(record.text) - 1);
    std::copy_n(reason.begin(), size, record.text);
    std::atomic_ref(record.happened).store(1, std::memory_order_release);
}

// Tells every other CPU by NMI to stop, and waits for them, but not long: one that never answers
// must not keep the panic from being told. A CPU that is not online may have no IDT yet, and an NMI
// would reset the machine.
void stop_other_cpus() {
    if (!lapic_is_ready()) {
        return;
    }
    constexpr unsigned looks = 100'000;  // milliseconds on a machine; an answer takes microseconds
    const std::optional<unsigned> self = cpu_number();
    unsigned told = 0;
    for (unsigned cpu = 0; cpu < max_cpus; ++cpu) {
        if (is_online(cpu) && cpu != self) {
            send(x86::InterruptCommand::nmi(apic_ids[cpu]));
            ++told;
        }
    }
    for (unsigned look = 0; look < looks && answers < told; ++look) {
        instructions::pause();
    }
}

void print_reason(std::string_view reason) {
    if (const auto number = cpu_number()) {
        console::print("panic on cpu {}: {}\n", *number, reason);
    } else {
        console::print("panic on a cpu without a record (LAPIC {}): {}\n",
                       lib::apic_id_of_token(lib::cpu_token()), reason);
    }
}

[[noreturn]] void end_machine() {
    console::drain();
    if (boot::option("panic") == "poweroff") {
        acpi::power_off();
    }
    stop_this_cpu();
}

// The first CPU to come here has the panic; the others stop. A panic within the panic says one
// line, a third not even that: whatever broke may be what printing needs.
void begin_panic(std::string_view reason) {
    instructions::cli();
    const std::uint32_t self = lib::cpu_token();
    std::uint32_t expected = nobody;
    if (!owner.compare_exchange_strong(expected, self) && expected != self) {
        stop_this_cpu();
    }
    switch (++panics) {
        case 1:
            keep_record(reason);
            stop_other_cpus();
            console::seize();
            print_reason(reason);
            return;
        case 2:
            console::print("panic within the panic: {}\n", reason);
            break;
        default:
            break;
    }
    end_machine();
}

}  // namespace

bool another_cpu_panics() {
    const std::uint32_t panicking = owner.load(std::memory_order_acquire);
    return panicking != nobody && panicking != lib::cpu_token();
}

void stop_this_cpu() {
    instructions::cli();
    for (;;) {
        instructions::halt();
    }
}

void stop_as_told() {
    ++answers;
    stop_this_cpu();
}

void panic_in_trap(const TrapFrame& frame, x86::VirtualAddress cr2) {
    std::array<char, sizeof(observed::PanicRecord::text)> storage;
    lib::TextBuffer reason(storage);
    append_cause(reason, frame, cr2);
    append_stack_overflow(reason, frame, cr2);
    begin_panic(reason.text());
    print_registers(frame, cr2);
    print_callers(frame.rbp);
    end_machine();
}

}  // namespace cpu

namespace lib {

void panic_text(std::string_view reason) {
    cpu::begin_panic(reason);
    cpu::print_callers(x86::address_of(__builtin_frame_address(0)).raw);
    cpu::end_machine();
}

}  // namespace lib
