#include "x86/apic.h"

#include <doctest/doctest.h>

#include "tests/unit/kernel/x86/constant.h"

using namespace x86;
using x86_test::is_constant;

TEST_CASE("commands decode to what they were made of") {
    const InterruptCommand startup = InterruptCommand::startup(0xfe, PhysicalAddress{0x8000});
    CHECK(startup.low() == 0x4608);
    CHECK(startup.high() == 0xfe000000);
    CHECK(startup.mode() == DeliveryMode::startup);
    CHECK(startup.vector() == 8);
    CHECK(startup.destination() == 0xfe);

    CHECK(InterruptCommand::init(2).mode() == DeliveryMode::init);
    CHECK(InterruptCommand::nmi(2).low() == 0x4400);
    CHECK(InterruptCommand::fixed(2, 0x40).low() == 0x4040);
    CHECK(InterruptCommand::nmi(0).to_all_others().low() == 0xc4400);
}

TEST_CASE("a SIPI reaches only whole pages of the first megabyte") {
    CHECK(is_constant([] { return InterruptCommand::startup(1, PhysicalAddress{0xff000}); }));
    CHECK(is_constant([] { return InterruptCommand::startup(1, PhysicalAddress{0}); }));
    CHECK_FALSE(is_constant([] { return InterruptCommand::startup(1, PhysicalAddress{0x8001}); }));
    CHECK_FALSE(is_constant([] { return InterruptCommand::startup(1, PhysicalAddress{8}); }));
    CHECK_FALSE(
        is_constant([] { return InterruptCommand::startup(1, PhysicalAddress{0x100000}); }));
}

TEST_CASE("vectors below 16 are refused") {
    CHECK(is_constant([] { return InterruptCommand::fixed(1, 16); }));
    CHECK_FALSE(is_constant([] { return InterruptCommand::fixed(1, 15); }));
    CHECK_FALSE(is_constant([] { return LvtEntry::timer(15, x86::TimerMode::one_shot); }));
    CHECK_FALSE(is_constant([] { return SpuriousInterrupt::enabled(15); }));
}

TEST_CASE("an xAPIC has room for eight bits of destination, an x2APIC for 32") {
    CHECK(InterruptCommand::init(0x12345).x2apic() == 0x0001234500004500);
    CHECK(is_constant([] { return InterruptCommand::init(0xff).high(); }));
    CHECK_FALSE(is_constant([] { return InterruptCommand::init(0x100).high(); }));
}

TEST_CASE("delivery is pending while bit 12 reads as set") {
    CHECK(InterruptCommand::pending(0x5500));
    CHECK_FALSE(InterruptCommand::pending(0x4500));
}

TEST_CASE("registers have their MSRs in x2APIC mode") {
    CHECK(x2apic_msr(LapicRegister::id) == Msr{0x802});
    CHECK(x2apic_msr(LapicRegister::end_of_interrupt) == Msr{0x80b});
    CHECK(x2apic_msr(LapicRegister::timer_divide) == Msr{0x83e});
}

TEST_CASE("the APIC base after reset of a BSP") {
    constexpr ApicBase base{0xfee00900};
    CHECK(base.has(apic_base::bsp | apic_base::enable));
    CHECK_FALSE(base.has(apic_base::extd));
    CHECK(address_of(base) == PhysicalAddress{0xfee00000});
}

TEST_CASE("an xAPIC's ID is the top byte of the ID register") {
    CHECK(xapic_id(0x03000000) == 3);
    CHECK(xapic_id(0x00050014) == 0);  // the version register instead: everyone is 0
}

TEST_CASE("local vectors") {
    const LvtEntry timer = LvtEntry::timer(0x20, TimerMode::tsc_deadline);
    CHECK(timer.raw == 0x40020);
}
