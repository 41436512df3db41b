#include "cpu/backtrace.h"

#include <doctest/doctest.h>
#include <map>
#include <vector>

namespace {

class Stack {
  public:
    /// A frame at `address`: the caller's frame pointer and the return address.
    Stack& frame(std::uint64_t address, std::uint64_t caller, std::uint64_t return_address) {
        words_[address] = caller;
        words_[address + 8] = return_address;
        return *this;
    }

    std::vector<std::uint64_t> backtrace(std::uint64_t frame_pointer) const {
        std::vector<std::uint64_t> calls;
        const auto read = [this](x86::VirtualAddress address) -> std::optional<std::uint64_t> {
            const auto word = words_.find(address.raw);
            return word == words_.end() ? std::nullopt : std::optional(word->second);
        };
        for (const auto address : cpu::backtrace(x86::VirtualAddress{frame_pointer}, read)) {
            calls.push_back(address.raw);
        }
        return calls;
    }

  private:
    std::map<std::uint64_t, std::uint64_t> words_;
};

using Calls = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("a backtrace lists the return addresses up to the frame without a caller") {
    const auto stack =
        Stack().frame(0x1000, 0x1040, 11).frame(0x1040, 0x1100, 22).frame(0x1100, 0, 33);
    CHECK(stack.backtrace(0x1000) == Calls{11, 22, 33});
    CHECK(stack.backtrace(0x1100) == Calls{33});
    CHECK(stack.backtrace(0) == Calls{});
}

TEST_CASE("a return address of zero ends it") {
    CHECK(Stack().frame(0x1000, 0x1040, 11).frame(0x1040, 0x1080, 0).backtrace(0x1000) ==
          Calls{11});
}

TEST_CASE("a backtrace ends where the chain breaks") {
    SUBCASE("unreadable") {
        CHECK(Stack().frame(0x1000, 0x5000, 11).backtrace(0x1000) == Calls{11});
        CHECK(Stack().backtrace(0x1000) == Calls{});
    }
    SUBCASE("misaligned") {
        CHECK(Stack().frame(0x1000, 0x1044, 11).frame(0x1044, 0, 22).backtrace(0x1000) ==
              Calls{11});
    }
    SUBCASE("not canonical") {
        const std::uint64_t bad = 0x8000000000000000;
        CHECK(Stack().frame(0x1000, bad, 11).frame(bad, 0, 22).backtrace(0x1000) == Calls{11});
    }
    SUBCASE("going down or in a circle") {
        CHECK(Stack().frame(0x1000, 0x1000, 11).backtrace(0x1000) == Calls{11});
        CHECK(Stack().frame(0x1000, 0x1040, 11).frame(0x1040, 0x1000, 22).backtrace(0x1000) ==
              Calls{11, 22});
    }
}

TEST_CASE("a backtrace that never ends is cut") {
    Stack stack;
    for (std::uint64_t address = 0x1000; address < 0x9000; address += 16) {
        stack.frame(address, address + 16, address);
    }
    CHECK(stack.backtrace(0x1000).size() == cpu::Backtrace::capacity());
}
