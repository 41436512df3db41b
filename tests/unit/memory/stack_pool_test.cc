#include "memory/stack_pool.h"

#include <doctest/doctest.h>
#include <memory>
#include <set>
#include <stdexcept>

namespace {

using memory::Stack;
using memory::StackPool;
using x86::VirtualAddress;

/// Remembers which pages are mapped; has memory for `limit` pages.
class FakeBacking : public memory::Backing {
  public:
    void back(VirtualAddress address, std::uint64_t size) override {
        for (std::uint64_t offset = 0; offset < size; offset += x86::page_size) {
            if (pages.size() == limit) {
                throw std::runtime_error("no memory is left");
            }
            CHECK(pages.insert((address + offset).raw).second);
        }
    }

    std::set<std::uint64_t> pages;
    std::size_t limit = 100'000;
};

struct StackPoolFixture {
    FakeBacking backing;
    std::unique_ptr<StackPool> pool = std::make_unique<StackPool>(backing);

    bool mapped(VirtualAddress address) const {
        return backing.pages.contains(x86::align_down(address, x86::page_size).raw);
    }
};

TEST_CASE_FIXTURE(StackPoolFixture, "a stack is mapped, aligned, and has a guard page below it") {
    for (const std::size_t pages : {4u, 1u, 15u, 4u}) {
        const Stack stack = pool->allocate(pages);
        CHECK(stack.top - stack.bottom == pages * x86::page_size);
        CHECK(stack.top.raw % 16 == 0);
        CHECK(mapped(stack.bottom));
        CHECK(mapped(stack.top - 1));
        CHECK(!mapped(stack.bottom - 1));
        CHECK(stack.bottom > memory::stacks_base);
    }
    CHECK(backing.pages.size() == 24);
}

TEST_CASE_FIXTURE(StackPoolFixture, "stacks do not overlap") {
    std::set<std::uint64_t> pages;
    for (std::size_t i = 0; i < 200; ++i) {
        const Stack stack = pool->allocate(1 + i % StackPool::maximum_pages);
        for (VirtualAddress page = stack.bottom; page < stack.top; page += x86::page_size) {
            REQUIRE(pages.insert(page.raw).second);
        }
    }
}

TEST_CASE_FIXTURE(StackPoolFixture,
                  "a freed stack is used again for the same size, without mapping") {
    const Stack four = pool->allocate(4);
    const Stack two = pool->allocate(2);
    pool->free(four);
    const std::size_t before = backing.pages.size();
    CHECK(pool->allocate(2) != two);
    CHECK(pool->allocate(4) == four);
    CHECK(backing.pages.size() == before + 2);
}

TEST_CASE_FIXTURE(StackPoolFixture, "only a stack that is in use can be freed, and once") {
    const Stack stack = pool->allocate(4);
    CHECK_THROWS(pool->free({stack.bottom + x86::page_size, stack.top}));
    CHECK_THROWS(pool->free({stack.bottom, stack.top - 16}));
    CHECK_THROWS(
        pool->free({stack.bottom + StackPool::slot_size, stack.top + StackPool::slot_size}));
    CHECK_THROWS(pool->free({VirtualAddress{0x1000}, VirtualAddress{0x5000}}));
    pool->free(stack);
    CHECK_THROWS_WITH(pool->free(stack), doctest::Contains("twice"));
}

TEST_CASE_FIXTURE(StackPoolFixture, "an overflow is told by the address that faulted") {
    pool->allocate(3);
    const Stack stack = pool->allocate(4);
    CHECK(pool->guarded_by(stack.bottom - 1) == stack);
    CHECK(pool->guarded_by(stack.bottom - 0x4000) == stack);
    CHECK(!pool->guarded_by(stack.bottom));
    CHECK(!pool->guarded_by(stack.top - 1));
    CHECK(!pool->guarded_by(stack.top));  // the next slot has no stack
    CHECK(!pool->guarded_by(memory::stacks_base - 1));
    CHECK(!pool->guarded_by(VirtualAddress{0}));
}

TEST_CASE_FIXTURE(StackPoolFixture,
                  "sizes that no slot has are refused, and the slots come to an end") {
    CHECK_THROWS(pool->allocate(0));
    CHECK_THROWS(pool->allocate(16));
    for (std::size_t i = 0; i < StackPool::capacity; ++i) {
        pool->allocate(1);
    }
    CHECK_THROWS_WITH(pool->allocate(1), doctest::Contains("in use"));
}

TEST_CASE_FIXTURE(StackPoolFixture,
                  "memory that is exhausted is a panic, not a stack without memory") {
    backing.limit = 5;
    const Stack stack = pool->allocate(4);
    CHECK_THROWS(pool->allocate(2));
    pool->free(stack);
    CHECK(pool->allocate(4) == stack);
}

}  // namespace
