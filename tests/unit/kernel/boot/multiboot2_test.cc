#include "boot/multiboot2.h"

#include <doctest/doctest.h>
#include <string>

#include "tests/unit/kernel/boot/byte_builder.h"
#include "tests/unit/kernel/boot/memory_dump.h"
#include "tests/unit/kernel/boot/parsed.h"
#include "tests/unit/kernel/panic.h"

namespace {

using test::ByteBuilder;
using test::Bytes;
using test::FakePhysicalMemory;
using x86::PhysicalAddress;

constexpr PhysicalAddress information_at{0x100128};

Bytes tag(std::uint32_t type, const Bytes& content) {
    const auto size = static_cast<std::uint32_t>(8 + content.size());
    return ByteBuilder().u32(type).u32(size).append(content).align(8).bytes();
}
Bytes end_tag() {
    return tag(0, {});
}
Bytes command_line_tag(std::string_view text) {
    return tag(1, ByteBuilder().text(text).u8(0).bytes());
}
Bytes memory_map_tag(std::uint32_t ranges = 1) {
    ByteBuilder content;
    content.u32(24).u32(0);
    for (std::uint64_t i = 0; i != ranges; ++i) {
        content.u64(i * 0x200000).u64(0x100000).u32(1).u32(0);
    }
    return tag(6, content.bytes());
}

Bytes information(std::initializer_list<Bytes> tags) {
    ByteBuilder all;
    all.zeros(8);
    for (const Bytes& one : tags) {
        all.append(one);
    }
    Bytes bytes = all.bytes();
    test::put(bytes, 0, static_cast<std::uint32_t>(bytes.size()));
    return bytes;
}

std::optional<boot::BootInfo> parse(const Bytes& bytes) {
    FakePhysicalMemory memory;
    memory.place(information_at, bytes);
    return test::parse(memory, boot::multiboot2_magic, information_at);
}

std::string error_of(const Bytes& bytes) {
    return test::reason_of([&] { parse(bytes); });
}

}  // namespace

TEST_CASE("multiboot2: what GRUB left in QEMU") {
    const auto memory = test::load_dump("boot/multiboot2-grub-qemu.txt");
    const auto boot_info = test::parse(memory, boot::multiboot2_magic, information_at);
    REQUIRE(boot_info);
    CHECK(boot_info->loader == boot::Loader::multiboot2);
    CHECK(test::text_of(boot_info->command_line) == "demo=off tasks=8 panic=poweroff");
    REQUIRE(boot_info->memory.size() == 9);
    CHECK(boot_info->memory[3] == boot::MemoryRange{PhysicalAddress{0x100000}, 0x3edf000, true});
    CHECK(boot_info->memory[8] ==
          boot::MemoryRange{PhysicalAddress{0xfd00000000}, 0x300000000, false});
    CHECK(boot_info->rsdp_copy.size() == 20);
    CHECK(boot_info->rsdp == PhysicalAddress{});
}

TEST_CASE("multiboot2: what GRUB left in Bochs") {
    const auto memory = test::load_dump("boot/multiboot2-grub-bochs.txt");
    const auto boot_info = test::parse(memory, boot::multiboot2_magic, information_at);
    REQUIRE(boot_info);
    REQUIRE(boot_info->memory.size() == 6);
    CHECK(boot_info->memory[4] == boot::MemoryRange{PhysicalAddress{0x1ff0000}, 0x10000, false});
    CHECK(boot_info->rsdp_copy.size() == 20);
}

TEST_CASE("multiboot2: the newer RSDP is preferred, whichever comes first") {
    const Bytes v1 = tag(14, ByteBuilder().text("RSD PTR ").zeros(12).bytes());
    const Bytes v2 = tag(15, ByteBuilder().text("RSD PTR ").zeros(28).bytes());
    CHECK(parse(information({v1, v2, memory_map_tag(), end_tag()}))->rsdp_copy.size() == 36);
    CHECK(parse(information({v2, v1, memory_map_tag(), end_tag()}))->rsdp_copy.size() == 36);
    CHECK(parse(information({v1, memory_map_tag(), end_tag()}))->rsdp_copy.size() == 20);
    CHECK(parse(information({memory_map_tag(), end_tag()}))->rsdp_copy.empty());
}

TEST_CASE("multiboot2: entries of a later version are longer") {
    const Bytes map = ByteBuilder().u32(32).u32(1).u64(0x1000).u64(0x1000).u32(1).zeros(12).bytes();
    const auto boot_info = parse(information({tag(6, map), end_tag()}));
    REQUIRE(boot_info);
    CHECK(boot_info->memory[0].base == PhysicalAddress{0x1000});
}

TEST_CASE("multiboot2: a command line without its zero, and one that is too long") {
    const Bytes bare = tag(1, ByteBuilder().text("demo=off").bytes());
    const auto whole = parse(information({bare, memory_map_tag(), end_tag()}));
    CHECK(test::text_of(whole->command_line) == "demo=off");
    const std::string text(300, 'x');
    const auto boot_info =
        parse(information({command_line_tag(text), memory_map_tag(), end_tag()}));
    CHECK(test::text_of(boot_info->command_line).size() == boot::CommandLine::capacity());
}

TEST_CASE("multiboot2: wrong from the outset") {
    FakePhysicalMemory memory;
    memory.place(information_at, information({memory_map_tag(), end_tag()}));
    const auto error_at = [&memory](std::uint32_t magic, PhysicalAddress address) {
        return test::reason_of([&] { test::parse(memory, magic, address); });
    };
    CHECK(error_at(0x2badb002, information_at) ==
          "multiboot2: eax is 0x2badb002, not the magic 0x36d76289");
    CHECK(error_at(boot::multiboot2_magic, PhysicalAddress{0x800000}) ==
          "multiboot2: the information at 0x800000 has no end tag");
}

TEST_CASE("multiboot2: sizes that cannot be") {
    constexpr const char* no_end = "multiboot2: the information at 0x100128 has no end tag";
    const Bytes sound = information({memory_map_tag(), end_tag()});
    for (const std::uint32_t total_size : {0u, 7u, 8u, 48u, 0x1000u, 0xffffffffu}) {
        Bytes bytes = sound;
        test::put(bytes, 0, total_size);
        CHECK(error_of(bytes) == no_end);
    }
    for (const std::uint32_t tag_size : {0u, 7u, 49u, 0xfffffff8u}) {
        Bytes bytes = sound;
        test::put(bytes, 12, tag_size);
        CHECK(error_of(bytes) == no_end);
    }
}

TEST_CASE("multiboot2: a memory map that cannot be") {
    const auto error_with = [](const Bytes& map) {
        return error_of(information({map, end_tag()}));
    };
    constexpr const char* a_piece =
        "multiboot2: the memory map has more than 128 ranges, or a piece of one";
    CHECK(error_of(information({end_tag()})) == "multiboot2: the memory map is empty");
    CHECK(error_with(memory_map_tag(0)) == "multiboot2: the memory map is empty");
    CHECK(error_with(memory_map_tag(129)) == a_piece);
    CHECK(error_with(tag(6, ByteBuilder().u32(24).u32(0).zeros(40).bytes())) == a_piece);
    for (const std::uint32_t size : {0u, 8u, 23u}) {
        CHECK(error_with(tag(6, ByteBuilder().u32(size).u32(0).zeros(96).bytes())) ==
              "multiboot2: the memory map is cut short");
    }
}
