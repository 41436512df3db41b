#include "cpu/control_state.h"

#include <doctest/doctest.h>
#include <string>

namespace {

const x86::ControlState bsp{
    .cr0 = x86::Cr0{0x80010011}, .cr3 = 0x1000, .cr4 = x86::Cr4{0x20}, .efer = x86::Efer{0xd00}};

std::string difference_of(const x86::ControlState& mine) {
    const lib::MaybeError error = cpu::difference(bsp, mine);
    return error ? std::string(error->text()) : "";
}

}  // namespace

TEST_CASE("equal control states do not differ") {
    CHECK(!cpu::difference(bsp, bsp));
}

TEST_CASE("differences are told by the names of the bits") {
    x86::ControlState mine = bsp;
    SUBCASE("CR0.WP is missing") {
        mine.cr0 &= ~x86::cr0::wp;
        CHECK(difference_of(mine) == "CR0.WP is 0, the BSP's is 1");
    }
    SUBCASE("EFER.NXE is missing") {
        mine.efer &= ~x86::efer::nxe;
        CHECK(difference_of(mine) == "EFER.NXE is 0, the BSP's is 1");
    }
    SUBCASE("a bit too many") {
        mine.cr4 |= x86::cr4::pge;
        CHECK(difference_of(mine) == "CR4.PGE is 1, the BSP's is 0");
    }
    SUBCASE("a bit without a name") {
        mine.cr4 |= x86::flag<x86::Cr4>(24);
        CHECK(difference_of(mine) == "bit 24 of CR4 is 1, the BSP's is 0");
    }
    SUBCASE("another map") {
        mine.cr3 = 0x2000;
        CHECK(difference_of(mine) == "CR3 is 0x2000, the BSP's is 0x1000");
    }
    SUBCASE("several") {
        mine.cr0 &= ~x86::cr0::wp;
        mine.efer &= ~x86::efer::nxe;
        CHECK(difference_of(mine) == "CR0.WP is 0, the BSP's is 1; EFER.NXE is 0, the BSP's is 1");
    }
}

TEST_CASE("differences beyond an error's length are cut, not lost") {
    CHECK(difference_of({}).size() == lib::Error::capacity);
    CHECK(difference_of({}).starts_with("CR0.PE is 0, the BSP's is 1; "));
    CHECK(difference_of({}).ends_with("..."));
}
