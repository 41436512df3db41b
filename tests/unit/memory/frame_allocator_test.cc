#include "memory/frame_allocator.h"

#include <doctest/doctest.h>
#include <random>
#include <set>
#include <vector>

namespace {

using memory::FrameAllocator;
using memory::RangeSet;
using x86::PhysicalAddress;

constexpr std::uint64_t mebibyte = 0x10'0000;

/// An allocator over [start, end) pairs, with its storage full of rubbish to begin with.
struct Machine {
    explicit Machine(std::initializer_list<std::pair<std::uint64_t, std::uint64_t>> ranges) {
        RangeSet frames;
        for (const auto& [start, end] : ranges) {
            frames.add({PhysicalAddress{start}, PhysicalAddress{end}});
        }
        storage.assign(FrameAllocator::bitmap_words(frames), 0x5555'aaaa'5555'aaaa);
        allocator.initialize(frames, storage);
    }

    std::vector<std::uint64_t> storage;
    FrameAllocator allocator;
};

TEST_CASE("every frame is handed out once, none outside the ranges, and then there is none") {
    Machine machine{{0x1000, 0x8000}, {0x9000, 0x9f000}, {4 * mebibyte, 4 * mebibyte + 0x5000}};
    std::set<std::uint64_t> seen;
    while (const auto frame = machine.allocator.allocate()) {
        REQUIRE(frame->raw % 0x1000 == 0);
        const bool inside =
            (frame->raw >= 0x1000 && frame->raw < 0x9f000 && frame->raw != 0x8000) ||
            (frame->raw >= 4 * mebibyte && frame->raw < 4 * mebibyte + 0x5000);
        REQUIRE(inside);
        REQUIRE(seen.insert(frame->raw).second);
    }
    CHECK(seen.size() == 7 + 0x96 + 5);
    CHECK(machine.allocator.free_count() == 0);
    CHECK(!machine.allocator.allocate());
    CHECK(!machine.allocator.allocate_below(PhysicalAddress{~std::uint64_t{0}}));
}

TEST_CASE("low memory is the last to go, and what lies low goes before what lies above 4 GiB") {
    Machine machine{
        {0x1000, 0x3000}, {2 * mebibyte, 2 * mebibyte + 0x2000}, {0x1'0000'0000, 0x1'0000'2000}};
    const std::vector<std::uint64_t> expected{0x20'0000,     0x20'1000, 0x1'0000'0000,
                                              0x1'0000'1000, 0x1000,    0x2000};
    for (const std::uint64_t frame : expected) {
        CHECK(machine.allocator.allocate() == PhysicalAddress{frame});
    }
}

TEST_CASE("low memory that comes back still waits until the rest is gone") {
    Machine machine{{0x1000, 0x2000}, {2 * mebibyte, 2 * mebibyte + 0x1000}};
    const auto low = machine.allocator.allocate_below(PhysicalAddress{2 * mebibyte});
    REQUIRE(low);
    machine.allocator.free(*low);
    CHECK(machine.allocator.allocate() == PhysicalAddress{2 * mebibyte});
    CHECK(machine.allocator.allocate() == low);
}

TEST_CASE("allocate_below keeps below its limit") {
    Machine machine{{0x1000, 0x3000}, {2 * mebibyte, 3 * mebibyte}};
    const PhysicalAddress limit{2 * mebibyte};
    CHECK(machine.allocator.allocate_below(PhysicalAddress{0x1fff}) == std::nullopt);
    CHECK(machine.allocator.allocate_below(PhysicalAddress{0x2000}) == PhysicalAddress{0x1000});
    CHECK(machine.allocator.allocate_below(limit) == PhysicalAddress{0x2000});
    CHECK(machine.allocator.allocate_below(limit) == std::nullopt);
    machine.allocator.free(PhysicalAddress{0x1000});
    CHECK(machine.allocator.allocate_below(limit) == PhysicalAddress{0x1000});
}

TEST_CASE("a frame given back is handed out again") {
    Machine machine{{2 * mebibyte, 2 * mebibyte + 0x3000}};
    const auto a = machine.allocator.allocate();
    const auto b = machine.allocator.allocate();
    REQUIRE(a);
    REQUIRE(b);
    machine.allocator.free(*a);
    CHECK(machine.allocator.free_count() == 2);
    CHECK(machine.allocator.allocate() == a);
    machine.allocator.free(*b);
    machine.allocator.free(*a);
    CHECK(machine.allocator.allocate() == a);
    CHECK(machine.allocator.allocate() == b);
}

TEST_CASE("what was not handed out cannot be given back") {
    Machine machine{{0x1000, 0x3000}, {2 * mebibyte, 3 * mebibyte}};
    const auto frame = machine.allocator.allocate();
    REQUIRE(frame);
    CHECK_THROWS(machine.allocator.free(*frame + 8));                    // not a frame
    CHECK_THROWS(machine.allocator.free(*frame + 0x1000));               // still free
    CHECK_THROWS(machine.allocator.free(PhysicalAddress{0}));            // never ours
    CHECK_THROWS(machine.allocator.free(PhysicalAddress{0x8000'0000}));  // no such memory
    machine.allocator.free(*frame);
    CHECK_THROWS(machine.allocator.free(*frame));  // twice
    CHECK(machine.allocator.free_count() == 2 + 256);
}

TEST_CASE("a machine without memory has no frame") {
    Machine machine{};
    CHECK(machine.storage.empty());
    CHECK(!machine.allocator.allocate());
}

TEST_CASE("random allocation and release never gives a frame to two owners") {
    std::mt19937 random(3);
    Machine machine{{0x1000, 0x20000}, {2 * mebibyte + 0x5000, 2 * mebibyte + 0x55000}};
    const std::uint64_t total = machine.allocator.free_count();
    std::vector<PhysicalAddress> held;
    std::set<std::uint64_t> owned;
    for (int step = 0; step < 20000; ++step) {
        if (random() % 100 < 52) {
            const PhysicalAddress limit{random() % (4 * mebibyte)};
            const bool below = random() % 3 == 0;
            const auto frame =
                below ? machine.allocator.allocate_below(limit) : machine.allocator.allocate();
            if (frame) {
                REQUIRE(owned.insert(frame->raw).second);
                REQUIRE((!below || frame->raw + 0x1000 <= limit.raw));
                held.push_back(*frame);
            } else if (!below) {
                REQUIRE(owned.size() == total);
            }
        } else if (!held.empty()) {
            std::swap(held[random() % held.size()], held.back());
            machine.allocator.free(held.back());
            owned.erase(held.back().raw);
            held.pop_back();
        }
        REQUIRE(machine.allocator.free_count() == total - owned.size());
    }
}

}  // namespace
