// The local APIC: its registers, how one CPU reaches another, what it raises by itself. [sdm3 11.4]
#pragma once

#include <cstdint>

#include "x86/address.h"
#include "x86/flags.h"
#include "x86/msr.h"

namespace x86 {

/// MSR apic_base. [sdm3 11.4.4] The page's address is in the bits above.
using ApicBase = Flags<struct ApicBaseTag>;

namespace apic_base {
inline constexpr ApicBase bsp = flag<ApicBase>(8);      // this CPU is the bootstrap processor
inline constexpr ApicBase extd = flag<ApicBase>(10);    // x2APIC: registers are MSRs, IDs 32 bits
inline constexpr ApicBase enable = flag<ApicBase>(11);  // the APIC is on
}  // namespace apic_base

/// Where the registers are in memory, in xAPIC mode.
constexpr PhysicalAddress address_of(ApicBase base) {
    return PhysicalAddress{base.raw & 0x000ffffffffff000};
}

/// Registers by their offset in the xAPIC page; each is 32 bits wide. [sdm3 11.4.1]
enum class LapicRegister : std::uint16_t {
    id = 0x020,
    version = 0x030,
    task_priority = 0x080,
    end_of_interrupt = 0x0b0,
    spurious_interrupt = 0x0f0,
    interrupt_command_low = 0x300,   // writing it sends
    interrupt_command_high = 0x310,  // xAPIC only
    lvt_timer = 0x320,
    lvt_lint0 = 0x350,
    lvt_lint1 = 0x360,
    timer_initial_count = 0x380,  // writing it starts the timer
    timer_current_count = 0x390,
    timer_divide = 0x3e0,
};

/// The same register in x2APIC mode. [sdm3 11.12.1.2]
constexpr Msr x2apic_msr(LapicRegister place) {
    return static_cast<Msr>(static_cast<std::uint32_t>(Msr::x2apic) +
                            (static_cast<std::uint32_t>(place) >> 4));
}

/// The ID in an xAPIC's ID register: eight bits, at the top. In x2APIC mode the register is the ID.
constexpr std::uint32_t xapic_id(std::uint32_t id_register) {
    return id_register >> 24;
}

enum class DeliveryMode : std::uint8_t {
    fixed = 0,
    lowest_priority = 1,
    smi = 2,
    nmi = 4,
    init = 5,
    startup = 6,   // SIPI
    external = 7,  // ExtINT, local vector table only: ask the 8259
};

/// Whom a command reaches instead of its destination. [sdm3 11.6.1]
enum class Shorthand : std::uint8_t { none = 0, self = 1, all = 2, all_others = 3 };

/// The interrupt command register, as x2APIC mode has it: the destination in bits 63..32.
/// [sdm3 11.6.1] Bit 14 (level: assert) is set in all, as the manual demands of every command but
/// the de-assertion of INIT, which no processor since the Pentium 4 knows.
struct InterruptCommand {
    std::uint64_t raw = 0;

    /// Resets the CPU `destination` (an APIC ID) to its wait for a SIPI. [sdm3 11.4.7.3]
    static constexpr InterruptCommand init(std::uint32_t destination) {
        return make(destination, DeliveryMode::init, 0);
    }
    /// Starts it in real mode at the first byte of `page`, with CS = page >> 4. The vector is the
    /// number of the page, so `page` is 4 KiB aligned and below 1 MiB.
    static constexpr InterruptCommand startup(std::uint32_t destination, PhysicalAddress page) {
        expect(is_aligned(page, 0x1000) && page.raw < 0x100000);
        return make(destination, DeliveryMode::startup, static_cast<std::uint8_t>(page.raw >> 12));
    }
    /// Interrupts it with `vector`, 16..255.
    static constexpr InterruptCommand fixed(std::uint32_t destination, std::uint8_t vector) {
        expect(vector >= 16);
        return make(destination, DeliveryMode::fixed, vector);
    }
    static constexpr InterruptCommand nmi(std::uint32_t destination) {
        return make(destination, DeliveryMode::nmi, 0);
    }
    /// The same command to every CPU but the sender; the destination no longer counts.
    constexpr InterruptCommand to_all_others() const {
        return {raw | static_cast<std::uint64_t>(Shorthand::all_others) << 18};
    }

    /// The one that these two halves make in xAPIC mode, where the destination is bits 63..56.
    static constexpr InterruptCommand of_xapic(std::uint32_t low, std::uint32_t high) {
        return {static_cast<std::uint64_t>(high >> 24) << 32 | low};
    }

    constexpr std::uint8_t vector() const { return static_cast<std::uint8_t>(raw); }
    constexpr DeliveryMode mode() const { return static_cast<DeliveryMode>(raw >> 8 & 7); }
    constexpr bool is_logical() const { return (raw & bit(11)) != 0; }
    constexpr bool level_is_set() const { return (raw & bit(14)) != 0; }
    constexpr bool is_level_triggered() const { return (raw & bit(15)) != 0; }
    constexpr Shorthand shorthand() const { return static_cast<Shorthand>(raw >> 18 & 3); }
    constexpr std::uint32_t destination() const { return static_cast<std::uint32_t>(raw >> 32); }
    /// The de-assertion of INIT, which resets nobody.
    constexpr bool is_deassert() const {
        return mode() == DeliveryMode::init && is_level_triggered() && !level_is_set();
    }

    /// For xAPIC mode: write high() first, for low() sends. IDs have eight bits there.
    constexpr std::uint32_t low() const { return static_cast<std::uint32_t>(raw); }
    constexpr std::uint32_t high() const {
        expect(destination() <= 0xff);
        return destination() << 24;
    }
    /// For x2APIC mode: one write of MSR x2apic_msr(interrupt_command_low).
    constexpr std::uint64_t x2apic() const { return raw; }

    /// Whether the last command is still on its way, by the low register in xAPIC mode.
    static constexpr bool pending(std::uint32_t low) { return (low & bit(12)) != 0; }

    constexpr bool operator==(const InterruptCommand&) const = default;

  private:
    static constexpr InterruptCommand make(std::uint32_t destination, DeliveryMode mode,
                                           std::uint8_t vector) {
        return {static_cast<std::uint64_t>(destination) << 32 | bit(14) |
                static_cast<std::uint64_t>(mode) << 8 | vector};
    }
};

// The broadcasts of [sdm3 9.4.4.1], and the same to one CPU, for the page at 0x8000.
static_assert(InterruptCommand::init(0).to_all_others().low() == 0xc4500);
static_assert(InterruptCommand::startup(0, PhysicalAddress{0xab000}).to_all_others().low() ==
              0xc46ab);
static_assert(InterruptCommand::init(1).low() == 0x4500);
static_assert(InterruptCommand::init(1).high() == 0x01000000);
static_assert(InterruptCommand::startup(3, PhysicalAddress{0x8000}).low() == 0x4608);
static_assert(InterruptCommand::startup(3, PhysicalAddress{0x8000}).x2apic() == 0x300004608);
static_assert(InterruptCommand::of_xapic(0x4608, 0x03000000) ==
              InterruptCommand::startup(3, PhysicalAddress{0x8000}));
static_assert(x2apic_msr(LapicRegister::interrupt_command_low) == Msr{0x830});

enum class TimerMode : std::uint8_t { one_shot = 0, periodic = 1, tsc_deadline = 2 };

/// The code of register timer_divide for a clock that is not divided. [sdm3 11.5.4]
inline constexpr std::uint32_t timer_divide_by_1 = 0b1011;

/// One entry of the local vector table. [sdm3 11.5.1]
struct LvtEntry {
    std::uint32_t raw = 0;

    static constexpr std::uint32_t masked_bit = bit(16);

    /// Raises `vector`, 16..255.
    static constexpr LvtEntry timer(std::uint8_t vector, TimerMode mode) {
        expect(vector >= 16);
        return {vector | static_cast<std::uint32_t>(mode) << 17};
    }
    static constexpr LvtEntry nmi() { return {static_cast<std::uint32_t>(DeliveryMode::nmi) << 8}; }
    /// For LINT0: the 8259 is asked for the vector.
    static constexpr LvtEntry external() {
        return {static_cast<std::uint32_t>(DeliveryMode::external) << 8};
    }
    /// Raises nothing: the state after reset.
    static constexpr LvtEntry masked() { return {masked_bit}; }
};

/// The spurious-interrupt vector register, which also holds the APIC's software switch. [sdm3 11.9]
struct SpuriousInterrupt {
    std::uint32_t raw = 0;

    /// On, with `vector` for interrupts that vanish before they are taken; they get no EOI.
    static constexpr SpuriousInterrupt enabled(std::uint8_t vector) {
        expect(vector >= 16);
        return {static_cast<std::uint32_t>(bit(8)) | vector};
    }
};

static_assert(LvtEntry::masked().raw == 0x10000);  // the reset value [sdm3 11.4.7.1]
static_assert(LvtEntry::nmi().raw == 0x400 && LvtEntry::external().raw == 0x700);
static_assert(LvtEntry::timer(0x20, TimerMode::periodic).raw == 0x20020);
static_assert(SpuriousInterrupt::enabled(0xff).raw == 0x1ff);

}  // namespace x86
