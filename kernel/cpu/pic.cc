#include "cpu/pic.h"

#include "cpu/lapic.h"
#include "cpu/traps.h"
#include "instructions.h"
#include "x86/pic.h"

namespace cpu {

namespace {

using instructions::out8;

void initialize(x86::PicPorts ports, Vector first_vector, std::uint8_t wiring) {
    out8(ports.command, x86::pic::initialize);
    out8(ports.data, static_cast<std::uint8_t>(first_vector));
    out8(ports.data, wiring);
    out8(ports.data, x86::pic::mode_8086);
    out8(ports.data, x86::pic::mask_all);
}

// An IRQ that went away before the CPU took it arrives as the controller's last one. [8259]
constexpr std::uint8_t spurious_irq = 7;

void ignore_spurious(TrapFrame&) {}
void ignore_spurious_slave(TrapFrame&) {
    out8(x86::pic_master.command, x86::pic::end_of_interrupt);  // its IRQ 2 was real
}

constexpr std::uint8_t vector_of(Vector first, std::uint8_t irq) {
    return static_cast<std::uint8_t>(static_cast<std::uint8_t>(first) + irq);
}

}  // namespace

void silence_pic() {
    initialize(x86::pic_master, Vector::pic_master, x86::pic::master_wiring);
    initialize(x86::pic_slave, Vector::pic_slave, x86::pic::slave_wiring);
    set_handler(vector_of(Vector::pic_master, spurious_irq), ignore_spurious);
    set_handler(vector_of(Vector::pic_slave, spurious_irq), ignore_spurious_slave);
}

void let_pit_through(bool on) {
    // The 8259 reaches the CPU through the LAPIC's pin LINT0. It is told first to be silent:
    // QEMU 7.2 does not take back what is on its way when LINT0 is masked, and has no vector for it
    // then.
    if (on) {
        write_lapic(x86::LapicRegister::lvt_lint0, x86::LvtEntry::external().raw);
        out8(x86::pic_master.data, x86::pic::mask_all_but(0));
    } else {
        out8(x86::pic_master.data, x86::pic::mask_all);
        write_lapic(x86::LapicRegister::lvt_lint0, x86::LvtEntry::masked().raw);
    }
}

void end_of_pit_interrupt() {
    out8(x86::pic_master.command, x86::pic::end_of_interrupt);
}

}  // namespace cpu
