#include "boot/pvh.h"

#include <doctest/doctest.h>
#include <string>

#include "tests/unit/kernel/boot/byte_builder.h"
#include "tests/unit/kernel/boot/memory_dump.h"
#include "tests/unit/kernel/boot/parsed.h"
#include "tests/unit/kernel/panic.h"

namespace {

using boot::MemoryRange;
using test::ByteBuilder;
using test::Bytes;
using test::FakePhysicalMemory;
using x86::PhysicalAddress;

// Where QEMU puts them.
constexpr PhysicalAddress start_info_at{0x21e0};
constexpr PhysicalAddress command_line{0x11c0};

// Offsets in the start information.
constexpr std::size_t version_at = 4;
constexpr std::size_t command_line_at = 24;
constexpr std::size_t rsdp_at = 32;
constexpr std::size_t map_at = 40;
constexpr std::size_t map_entries_at = 48;

FakePhysicalMemory qemu() {
    return test::load_dump("boot/pvh-qemu-q35-64m.txt");
}

std::string error_of(const FakePhysicalMemory& memory) {
    return test::reason_of([&] { test::parse(memory, boot::pvh_entry_taken, start_info_at); });
}

}  // namespace

TEST_CASE("PVH: what QEMU left, with a command line and a module") {
    const auto boot_info = test::parse(qemu(), boot::pvh_entry_taken, start_info_at);
    REQUIRE(boot_info);
    CHECK(boot_info->loader == boot::Loader::pvh);
    CHECK(test::text_of(boot_info->command_line) == "demo=off tasks=8");
    CHECK(boot_info->rsdp == PhysicalAddress{0xf59e0});
    CHECK(boot_info->rsdp_copy.empty());
    REQUIRE(boot_info->memory.size() == 9);
    CHECK(boot_info->memory[0] == MemoryRange{PhysicalAddress{0}, 0x9fc00, true});
    CHECK(boot_info->memory[3] == MemoryRange{PhysicalAddress{0x100000}, 0x3ee0000, true});
}

TEST_CASE("PVH: what QEMU left, with memory above 4 GiB and an empty command line") {
    const auto memory = test::load_dump("boot/pvh-qemu-pc-5g.txt");
    const auto boot_info = test::parse(memory, boot::pvh_entry_taken, start_info_at);
    REQUIRE(boot_info);
    CHECK(test::text_of(boot_info->command_line).empty());
    REQUIRE(boot_info->memory.size() == 8);
    CHECK(boot_info->memory[6] == MemoryRange{PhysicalAddress{0x100000000}, 0x80000000, true});
}

TEST_CASE("PVH: no command line and no RSDP") {
    auto memory = qemu();
    test::put(memory.piece(start_info_at), command_line_at, std::uint64_t{0});
    test::put(memory.piece(start_info_at), rsdp_at, std::uint64_t{0});
    const auto boot_info = test::parse(memory, boot::pvh_entry_taken, start_info_at);
    REQUIRE(boot_info);
    CHECK(test::text_of(boot_info->command_line).empty());
    CHECK(boot_info->rsdp == PhysicalAddress{});
}

TEST_CASE("PVH: a command line that is cut, and one that does not end") {
    auto memory = qemu();
    const std::string text(boot::CommandLine::capacity(), 'x');
    memory.place(command_line, ByteBuilder().text(text + "yz").bytes());
    const auto boot_info = test::parse(memory, boot::pvh_entry_taken, start_info_at);
    REQUIRE(boot_info);
    CHECK(test::text_of(boot_info->command_line) == text);

    memory.place(command_line, ByteBuilder().text("demo").bytes());
    CHECK(error_of(memory) == "PVH: the command line at 0x11c0 cannot be read");
}

TEST_CASE("PVH: start information that cannot be") {
    auto memory = qemu();
    test::put(memory.piece(start_info_at), 0, 0x12345678u);
    CHECK(error_of(memory) ==
          "PVH: the start information at 0x21e0 begins with 0x12345678, not the magic 0x336ec578");

    memory = qemu();
    test::put(memory.piece(start_info_at), version_at, 0u);
    CHECK(error_of(memory) == "PVH: the start information has version 0, which has no memory map");

    memory = qemu();
    memory.piece(start_info_at).resize(39);
    CHECK(error_of(memory) == "PVH: the start information at 0x21e0 cannot be read");
    memory = qemu();
    memory.piece(start_info_at).resize(55);
    CHECK(error_of(memory) == "PVH: the start information at 0x21e0 cannot be read");
}

TEST_CASE("PVH: a later version may have more") {
    auto memory = qemu();
    test::put(memory.piece(start_info_at), version_at, 2u);
    CHECK(test::parse(memory, boot::pvh_entry_taken, start_info_at));
}

TEST_CASE("PVH: a memory map that cannot be") {
    auto memory = qemu();
    test::put(memory.piece(start_info_at), map_at, std::uint64_t{0});
    CHECK(error_of(memory) == "PVH: there is no memory map");
    test::put(memory.piece(start_info_at), map_at, std::uint64_t{0x700000});
    CHECK(error_of(memory) == "PVH: the memory map of 9 ranges at 0x700000 cannot be read");

    memory = qemu();
    test::put(memory.piece(start_info_at), map_entries_at, 0u);
    CHECK(error_of(memory) == "PVH: the memory map is empty");
    test::put(memory.piece(start_info_at), map_entries_at, 10u);
    CHECK(error_of(memory) == "PVH: the memory map of 10 ranges at 0x5a8 cannot be read");
    test::put(memory.piece(start_info_at), map_entries_at, 0xffffffffu);
    CHECK(error_of(memory) ==
          "PVH: the memory map has 4294967295 ranges, more than the 128 that fit");
}
