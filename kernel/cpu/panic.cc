#include "cpu/panic.h"

#include <algorithm>
#include <array>

#include "console/print.h"
#include "console/serial.h"
#include "cpu/backtrace.h"
#include "cpu/cpu_number.h"
#include "cpu/stop.h"
#include "cpu/trap_report.h"
#include "instructions.h"
#include "lib/cpu_token.h"
#include "lib/panic.h"

namespace cpu {

constinit PanicRecord panic_record{};

namespace {

constexpr std::uint32_t nobody = 0;

// The cpu_token of the CPU whose panic it is. Only that CPU writes what follows.
constinit std::atomic<std::uint32_t> owner{nobody};
constinit unsigned depth = 0;
constinit std::atomic<void (*)()> end_hook{nullptr};

[[noreturn]] void end_machine() {
    console::drain();
    if (const auto end = end_hook.load(std::memory_order_acquire)) {
        end();
    }
    stop_this_cpu();
}

void keep_record(std::string_view reason) {
    panic_record.cpu = cpu_number().value_or(PanicRecord::unknown_cpu);
    const std::size_t size = std::min(reason.size(), sizeof(panic_record.text) - 1);
    std::copy_n(reason.begin(), size, panic_record.text);
    panic_record.happened.store(1, std::memory_order_release);
}

void print_reason(std::string_view reason) {
    if (const auto number = cpu_number()) {
        console::print("panic on cpu {}: {}\n", *number, reason);
    } else {
        console::print("panic on a cpu without a record (LAPIC {}): {}\n",
                       lib::apic_id_of_token(lib::cpu_token()), reason);
    }
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
    switch (++depth) {
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

void set_end_machine(void (*end)()) {
    end_hook.store(end, std::memory_order_release);
}

bool another_cpu_panics() {
    const std::uint32_t panicking = owner.load(std::memory_order_acquire);
    return panicking != nobody && panicking != lib::cpu_token();
}

void panic_in_trap(const Trap& trap) {
    std::array<char, sizeof(panic_record.text)> storage;
    lib::TextBuffer reason(storage);
    append_cause(reason, trap, kernel_symbols());
    append_stack_overflow(reason, trap);
    begin_panic(reason.text());
    print_trap(trap);
    print_backtrace(trap.frame);
    end_machine();
}

}  // namespace cpu

namespace lib {

void panic_text(std::string_view reason) {
    cpu::begin_panic(reason);
    cpu::print_backtrace(x86::address_of(__builtin_frame_address(0)));
    cpu::end_machine();
}

}  // namespace lib
