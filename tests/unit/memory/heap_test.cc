#include "memory/heap.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <doctest/doctest.h>
#include <map>
#include <memory>
#include <random>
#include <stdexcept>

#include "x86/page.h"

namespace {

using memory::Heap;
using x86::VirtualAddress;

constexpr std::size_t region_size = 0x10'0000;

struct Release {
    void operator()(void* memory) const { std::free(memory); }
};

/// A region on the host's own heap, full of rubbish, that must be backed in order.
class Region : public memory::Backing {
  public:
    Region() : memory_(std::aligned_alloc(x86::page_size, region_size)) {
        std::memset(memory_.get(), 0xaf, region_size);
    }
    VirtualAddress base() const { return x86::address_of(memory_.get()); }

    void back(VirtualAddress address, std::uint64_t size) override {
        CHECK(address == base() + backed);
        CHECK(size % x86::page_size == 0);
        if (backed + size > available) {
            throw std::runtime_error("no memory is left");
        }
        backed += size;
    }

    std::uint64_t backed = 0;
    std::uint64_t available = region_size;

  private:
    std::unique_ptr<void, Release> memory_;
};

struct HeapFixture {
    Region region;
    Heap heap{region, region.base(), region_size};

    unsigned char* bytes(std::size_t size, std::size_t align = Heap::alignment) {
        return static_cast<unsigned char*>(heap.allocate(size, align));
    }
};

TEST_CASE_FIXTURE(HeapFixture, "pieces are aligned, apart and inside the region") {
    unsigned char* a = bytes(1);
    unsigned char* b = bytes(100);
    unsigned char* c = bytes(0);
    unsigned char* d = bytes(64, 4096);
    for (const unsigned char* piece : {a, b, c, d}) {
        CHECK(x86::address_of(piece).raw % 16 == 0);
        CHECK(x86::address_of(piece) > region.base());
    }
    CHECK(x86::address_of(d).raw % 4096 == 0);
    CHECK(a != c);
    std::memset(a, 1, 1);
    std::memset(b, 2, 100);
    std::memset(d, 4, 64);
    heap.check();
    CHECK(a[0] == 1);
    CHECK(std::count(b, b + 100, 2) == 100);
}

TEST_CASE_FIXTURE(HeapFixture, "what is freed is joined again, whatever the order") {
    for (const auto& order :
         {std::array{0, 1, 2}, std::array{2, 1, 0}, std::array{0, 2, 1}, std::array{1, 0, 2}}) {
        const std::array<void*, 3> pieces{bytes(100), bytes(5000), bytes(30)};
        for (const int i : order) {
            heap.free(pieces[static_cast<std::size_t>(i)]);
            heap.check();
        }
        CHECK(heap.used() == 0);
    }
    const std::uint64_t before = heap.size();
    heap.free(bytes(before - Heap::alignment));  // fits only into one piece of everything
    CHECK(heap.size() == before);
}

TEST_CASE_FIXTURE(HeapFixture, "null may be freed") {
    heap.free(nullptr);
    CHECK(heap.size() == 0);
}

TEST_CASE_FIXTURE(HeapFixture,
                  "freeing twice is found, also after the block was joined to another") {
    void* a = bytes(40);
    void* b = bytes(40);
    void* c = bytes(40);
    heap.free(b);
    CHECK_THROWS_WITH(heap.free(b), doctest::Contains("twice"));
    SUBCASE("joined to the one before") {
        heap.free(c);
        CHECK_THROWS_WITH(heap.free(c), doctest::Contains("twice"));
    }
    SUBCASE("joined to the one before, with one in use behind") {
        void* again = bytes(40);
        CHECK(again == b);
        heap.free(a);
        heap.free(b);
        CHECK_THROWS_WITH(heap.free(b), doctest::Contains("twice"));
    }
    SUBCASE("joined to the one behind") {
        heap.free(a);
        CHECK_THROWS_WITH(heap.free(a), doctest::Contains("twice"));
        CHECK_THROWS_WITH(heap.free(b), doctest::Contains("twice"));
    }
    heap.check();
}

TEST_CASE_FIXTURE(HeapFixture, "what the heap did not give cannot be freed") {
    unsigned char* a = bytes(100);
    std::memset(a, 0, 100);
    int local = 0;
    CHECK_THROWS(heap.free(&local));
    CHECK_THROWS(heap.free(a + 1));
    CHECK_THROWS(heap.free(a + 16));
    CHECK_THROWS(heap.free(a - 16));
    CHECK_THROWS(heap.free(a + heap.size()));
    heap.free(a);
}

TEST_CASE_FIXTURE(HeapFixture,
                  "a write past the end is found when that block, or the next, is freed") {
    unsigned char* a = bytes(32);
    unsigned char* b = bytes(32);
    a[32] ^= 1;
    CHECK_THROWS_WITH(heap.free(a), doctest::Contains("overflowed"));
    CHECK_THROWS_WITH(heap.free(b), doctest::Contains("overflowed"));
    CHECK_THROWS(heap.check());
    a[32] ^= 1;
    heap.check();
    b[32] ^= 1;  // the free rest of the heap
    CHECK_THROWS(heap.free(b));
    CHECK_THROWS(bytes(16));
}

TEST_CASE_FIXTURE(HeapFixture, "a write to a block that is free is found before it does harm") {
    unsigned char* a = bytes(64);
    bytes(64);
    heap.free(a);
    a[0] ^= 0x40;
    CHECK_THROWS_WITH(bytes(16), doctest::Contains("has been written to"));
    CHECK_THROWS(heap.check());
}

TEST_CASE_FIXTURE(HeapFixture, "sizes and alignments that cannot be are refused") {
    CHECK_THROWS(bytes(region_size + 1));
    CHECK_THROWS(bytes(~std::size_t{0}));
    CHECK_THROWS(bytes(~std::size_t{0} - 15));
    CHECK_THROWS(bytes(16, 3));
    CHECK_THROWS(bytes(16, 0));
    CHECK_THROWS(bytes(16, std::size_t{1} << 63));
    heap.check();
}

TEST_CASE_FIXTURE(HeapFixture, "exhaustion of the region or of memory leaves the heap usable") {
    SUBCASE("region") {
        CHECK_THROWS_WITH(bytes(region_size - 16), doctest::Contains("exhausted"));
    }
    SUBCASE("memory") {
        region.available = 0x2'0000;
        CHECK_THROWS(bytes(0x3'0000));
    }
    void* a = bytes(1000);
    heap.check();
    heap.free(a);
    heap.check();
}

struct Piece {
    std::size_t size;
    unsigned char pattern;
};

TEST_CASE_FIXTURE(HeapFixture, "random use agrees with a model") {
    std::mt19937 random(1);
    std::map<unsigned char*, Piece> model;  // by address
    for (int step = 0; step < 20000; ++step) {
        const bool allocating = model.size() < 20 || (model.size() < 120 && random() % 2 == 0);
        if (allocating) {
            const std::size_t size = random() % (random() % 10 == 0 ? 5000 : 200);
            const std::size_t align = std::size_t{1} << (random() % (random() % 10 == 0 ? 13 : 5));
            unsigned char* memory = bytes(size, align);
            REQUIRE(x86::address_of(memory).raw % std::max<std::size_t>(align, 16) == 0);
            const auto next = model.lower_bound(memory);
            REQUIRE((next == model.end() || memory + size <= next->first));
            if (next != model.begin()) {
                const auto& [address, piece] = *std::prev(next);
                REQUIRE(address + std::max<std::size_t>(piece.size, 1) <= memory);
            }
            const auto pattern = static_cast<unsigned char>(random());
            std::memset(memory, pattern, size);
            model[memory] = {size, pattern};
        } else {
            const auto chosen = std::next(model.begin(), static_cast<int>(random() % model.size()));
            const auto& [memory, piece] = *chosen;
            REQUIRE(std::count(memory, memory + piece.size, piece.pattern) ==
                    static_cast<std::ptrdiff_t>(piece.size));
            heap.free(memory);
            model.erase(chosen);
        }
        if (step % 50 == 0) {
            heap.check();
        }
    }
    for (const auto& [memory, piece] : model) {
        heap.free(memory);
    }
    heap.check();
    CHECK(heap.used() == 0);
    const std::uint64_t size = heap.size();
    bytes(size - Heap::alignment);  // all of it is one block again
    CHECK(heap.size() == size);
}

}  // namespace
