#include "x86/segment.h"

#include <doctest/doctest.h>

#include "tests/unit/kernel/x86/constant.h"
#include "x86/gate.h"

using namespace x86;
using x86_test::is_constant;

TEST_CASE("the flat segments decode to what they are called") {
    const SegmentDescriptor code = SegmentDescriptor::code64();
    CHECK(code.is_code());
    CHECK(code.p());
    CHECK(code.l());
    CHECK_FALSE(code.d());
    CHECK(code.dpl() == 0);
    CHECK(code.type() == 0b1011);

    const SegmentDescriptor code32 = SegmentDescriptor::code32();
    CHECK(code32.is_code());
    CHECK(code32.d());
    CHECK_FALSE(code32.l());
    CHECK(code32.base() == 0);
    CHECK(code32.limit() == 0xffffffff);

    const SegmentDescriptor data = SegmentDescriptor::data32();
    CHECK(data.is_data());
    CHECK_FALSE(data.is_code());
    CHECK(data.read_write());
    CHECK(data.limit() == 0xffffffff);
}

TEST_CASE("every field of a descriptor is found in its pieces") {
    // Base 0x12345678, limit 0x9abcd bytes, type 3, DPL 2, present, D.
    constexpr SegmentDescriptor descriptor{0x1249d3345678abcd};
    CHECK(descriptor.base() == 0x12345678);
    CHECK(descriptor.limit() == 0x9abcd);
    CHECK(descriptor.type() == 3);
    CHECK(descriptor.s());
    CHECK(descriptor.dpl() == 2);
    CHECK(descriptor.p());
    CHECK(descriptor.d());
    CHECK_FALSE(descriptor.l());
    CHECK_FALSE(descriptor.g());
}

TEST_CASE("a null descriptor is nothing") {
    constexpr SegmentDescriptor null;
    CHECK_FALSE(null.p());
    CHECK_FALSE(null.is_code());
    CHECK_FALSE(null.is_data());
}

TEST_CASE("a limit in 4 KiB units ends at the last byte of its last page") {
    CHECK(SegmentDescriptor{0x00cf93000000ffff}.limit() == 0xffffffff);
    CHECK(SegmentDescriptor{0x00c0930000000000}.limit() == 0xfff);
    CHECK(SegmentDescriptor{0x004093000000ffff}.limit() == 0xffff);
}

TEST_CASE("a system segment is neither code nor data") {
    const TssDescriptor tss = TssDescriptor::available(VirtualAddress{0xffffc00012345678}, 104);
    CHECK_FALSE(SegmentDescriptor{tss.low}.is_code());
    CHECK_FALSE(SegmentDescriptor{tss.low}.is_data());
    CHECK(tss.base() == VirtualAddress{0xffffc00012345678});
    CHECK(tss.limit() == 103);
    CHECK_FALSE(tss.busy());
    CHECK(TssDescriptor{tss.low | bit(41), tss.high}.busy());
    CHECK_FALSE(is_constant([] { return TssDescriptor::available({}, 0); }));
}

TEST_CASE("a selector is an index and a privilege") {
    CHECK(Selector::gdt(1).raw == 0x08);
    CHECK(Selector::gdt(3, 3).raw == 0x1b);
    CHECK(Selector{0x1b}.index() == 3);
    CHECK(Selector{0x1b}.rpl() == 3);
    CHECK_FALSE(Selector{0x1b}.local());
    CHECK(Selector{0x0c}.local());
    CHECK_FALSE(is_constant([] { return Selector::gdt(8192); }));
    CHECK_FALSE(is_constant([] { return Selector::gdt(1, 4); }));
}

TEST_CASE("a gate gives back what it was made of") {
    constexpr VirtualAddress handler{0xfedcba9876543210};
    const InterruptGate gate = InterruptGate::to(handler, Selector::gdt(2), 7);
    CHECK(gate.present());
    CHECK(gate.type() == 0xe);
    CHECK(gate.dpl() == 0);
    CHECK(gate.ist() == 7);
    CHECK(gate.selector() == Selector{0x10});
    CHECK(gate.handler() == handler);
    CHECK_FALSE(InterruptGate{}.present());
    CHECK_FALSE(is_constant([] { return InterruptGate::to({}, {}, 8); }));
}

TEST_CASE("a TSS counts its interrupt stacks from 1") {
    TaskStateSegment tss;
    tss.set_interrupt_stack(1, VirtualAddress{0x1111});
    tss.set_interrupt_stack(7, VirtualAddress{0x7777});
    CHECK(tss.interrupt_stack(1) == VirtualAddress{0x1111});
    CHECK(tss.interrupt_stack(7) == VirtualAddress{0x7777});
    CHECK(reinterpret_cast<const unsigned char*>(&tss)[36] == 0x11);
    CHECK(reinterpret_cast<const unsigned char*>(&tss)[84] == 0x77);
    CHECK(std::uint16_t{tss.io_map_base} == sizeof tss);
    CHECK_FALSE(is_constant([] { return TaskStateSegment{}.interrupt_stack(0); }));
    CHECK_FALSE(is_constant([] { return TaskStateSegment{}.interrupt_stack(8); }));
}
