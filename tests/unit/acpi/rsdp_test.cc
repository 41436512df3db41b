#include "acpi/rsdp.h"

#include <doctest/doctest.h>
#include <string>

#include "tests/unit/acpi/table_builder.h"

namespace {

using test::Bytes;
using test::FakePhysicalMemory;
using x86::PhysicalAddress;

std::string rsdp_error(const Bytes& bytes) {
    const auto rsdp = acpi::parse_rsdp(bytes);
    REQUIRE_FALSE(rsdp);
    return std::string(rsdp.error().text());
}

}  // namespace

TEST_CASE("RSDP: revision 0 names an RSDT") {
    const auto rsdp = acpi::parse_rsdp(test::rsdp_v1(0x12345678));
    REQUIRE(rsdp);
    CHECK(rsdp->rsdt == PhysicalAddress{0x12345678});
    CHECK(rsdp->xsdt == PhysicalAddress{});
}

TEST_CASE("RSDP: revision 2 names an XSDT too") {
    const auto rsdp = acpi::parse_rsdp(test::rsdp_v2(0x1000, 0x123456789abcdef0));
    REQUIRE(rsdp);
    CHECK(rsdp->rsdt == PhysicalAddress{0x1000});
    CHECK(rsdp->xsdt == PhysicalAddress{0x123456789abcdef0});
}

TEST_CASE("RSDP: whatever follows revision 0 is not its business") {
    Bytes bytes = test::rsdp_v1(0x1000);
    bytes.resize(36, std::byte{0xff});
    const auto rsdp = acpi::parse_rsdp(bytes);
    REQUIRE(rsdp);
    CHECK(rsdp->xsdt == PhysicalAddress{});
}

TEST_CASE("RSDP: what cannot be one") {
    CHECK(rsdp_error({}) == "ACPI: the RSDP is cut short, at 0 bytes");
    Bytes bytes = test::rsdp_v1(0x1000);
    bytes.resize(19);
    CHECK(rsdp_error(bytes) == "ACPI: the RSDP is cut short, at 19 bytes");

    bytes = test::rsdp_v1(0x1000);
    bytes[3] = std::byte{'_'};
    CHECK(rsdp_error(bytes) == "ACPI: the RSDP does not begin with its signature");

    bytes = test::rsdp_v1(0x1000);
    test::put(bytes, 16, 0x1013u);
    CHECK(rsdp_error(bytes) == "ACPI: the RSDP's checksum is wrong (sum 0x13)");
}

TEST_CASE("RSDP: revision 2 must be whole, with both checksums right") {
    Bytes bytes = test::rsdp_v2(0x1000, 0x2000);
    bytes.resize(35);
    CHECK(rsdp_error(bytes) == "ACPI: the RSDP of revision 2 is cut short, at 35 bytes");
    bytes.resize(20);
    CHECK(rsdp_error(bytes) == "ACPI: the RSDP of revision 2 is cut short, at 20 bytes");

    for (const std::uint32_t length : {0u, 20u, 35u, 37u, 0xffffffffu}) {
        bytes = test::rsdp_v2(0x1000, 0x2000);
        test::put(bytes, 20, length);
        CHECK(rsdp_error(bytes) == "ACPI: the RSDP of revision 2 is cut short, at 36 bytes");
    }

    bytes = test::rsdp_v2(0x1000, 0x2000);
    test::put(bytes, 24, 0x2007u);
    CHECK(rsdp_error(bytes) == "ACPI: the RSDP's extended checksum is wrong (sum 0x7)");
}

TEST_CASE("read_rsdp: takes no more than the revision has") {
    FakePhysicalMemory memory;
    memory.place(PhysicalAddress{0xf0000}, test::rsdp_v1(0x1000));
    CHECK(acpi::read_rsdp(memory, PhysicalAddress{0xf0000}));
    memory.place(PhysicalAddress{0xf0000}, test::rsdp_v2(0x1000, 0x2000));
    CHECK(acpi::read_rsdp(memory, PhysicalAddress{0xf0000})->xsdt == PhysicalAddress{0x2000});

    memory.piece(PhysicalAddress{0xf0000}).resize(30);
    CHECK(acpi::read_rsdp(memory, PhysicalAddress{0xf0000}).error().text() ==
          "ACPI: the RSDP at 0xf0000 cannot be read");
    CHECK(acpi::read_rsdp(memory, PhysicalAddress{0xe0000}).error().text() ==
          "ACPI: the RSDP at 0xe0000 cannot be read");
}

TEST_CASE("find_rsdp: in the BIOS's memory, from the first to the last place") {
    for (const std::uint64_t address : {0xe0000ul, 0xf59d0ul, 0xfffe0ul}) {
        FakePhysicalMemory memory;
        memory.place(PhysicalAddress{address}, test::rsdp_v1(0x1000));
        REQUIRE(acpi::find_rsdp(memory));
        CHECK(acpi::find_rsdp(memory)->rsdt == PhysicalAddress{0x1000});
    }
}

TEST_CASE("find_rsdp: in the EBDA, whose segment the BIOS data area names") {
    FakePhysicalMemory memory;
    memory.place(PhysicalAddress{0x40e}, test::ByteBuilder().u16(0x9fc0).bytes());
    memory.place(PhysicalAddress{0xe0000}, test::rsdp_v1(0x2000));
    CHECK(acpi::find_rsdp(memory)->rsdt == PhysicalAddress{0x2000});
    memory.place(PhysicalAddress{0x9fc00 + 1024 - 16}, test::rsdp_v1(0x1000));
    CHECK(acpi::find_rsdp(memory)->rsdt == PhysicalAddress{0x1000});
}

TEST_CASE("find_rsdp: not past the EBDA's first KiB, not in video memory, not between boundaries") {
    FakePhysicalMemory memory;
    memory.place(PhysicalAddress{0x40e}, test::ByteBuilder().u16(0x9000).bytes());
    memory.place(PhysicalAddress{0x90000 + 1024}, test::rsdp_v1(0x1000));
    memory.place(PhysicalAddress{0xa0000}, test::rsdp_v1(0x1000));
    memory.place(PhysicalAddress{0xe0008}, test::rsdp_v1(0x1000));
    memory.place(PhysicalAddress{0x100000}, test::rsdp_v1(0x1000));
    constexpr auto none = "ACPI: there is no RSDP, neither in the EBDA nor in 0xe0000..0xfffff";
    CHECK(acpi::find_rsdp(memory).error().text() == none);
    memory.place(PhysicalAddress{0x40e}, test::ByteBuilder().u16(0xa000).bytes());
    CHECK(acpi::find_rsdp(memory).error().text() == none);
}

TEST_CASE("find_rsdp: goes on after a broken one, and tells of it if there is no other") {
    FakePhysicalMemory memory;
    Bytes broken = test::rsdp_v1(0x1000);
    broken[8] ^= std::byte{1};
    memory.place(PhysicalAddress{0xe0000}, broken);
    CHECK(acpi::find_rsdp(memory).error().text().starts_with("ACPI: the RSDP's checksum is wrong"));
    memory.place(PhysicalAddress{0xf0000}, test::rsdp_v1(0x3000));
    CHECK(acpi::find_rsdp(memory)->rsdt == PhysicalAddress{0x3000});
}
