#include "sched/completion.h"

#include <doctest/doctest.h>
#include <thread>

#include "sched/task.h"

namespace {

using sched::Completion;
using sched::Task;

TEST_CASE("who waits first is handed over at the end") {
    Completion completion;
    Task waiter;
    CHECK_FALSE(completion.is_complete());
    CHECK(completion.wait_by(waiter));
    CHECK_FALSE(completion.is_complete());
    CHECK(completion.complete() == &waiter);
    CHECK(completion.is_complete());
}

TEST_CASE("who comes late keeps itself") {
    Completion completion;
    Task waiter;
    CHECK(completion.complete() == nullptr);
    CHECK(completion.is_complete());
    CHECK_FALSE(completion.wait_by(waiter));
}

TEST_CASE("a second waiter would be forgotten, and is refused") {
    Completion completion;
    Task first;
    Task second;
    CHECK(completion.wait_by(first));
    CHECK_THROWS(completion.wait_by(second));
    CHECK(completion.complete() == &first);
}

TEST_CASE("when both come at once, the waiter is made ready by exactly one of them") {
    int kept = 0;
    int handed_over = 0;
    for (int round = 0; round < 400; ++round) {
        Completion completion;
        Task waiter;
        bool waits = false;
        Task* found = nullptr;
        std::thread waiting{[&] { waits = completion.wait_by(waiter); }};
        std::thread ending{[&] { found = completion.complete(); }};
        waiting.join();
        ending.join();
        REQUIRE(waits == (found == &waiter));
        ++(waits ? handed_over : kept);
    }
    CHECK(kept + handed_over == 400);
}

}  // namespace
