#include "sched/task_list.h"

#include <array>
#include <doctest/doctest.h>
#include <stdexcept>

namespace {

using sched::Task;
using sched::TaskList;

TEST_CASE("a list gives tasks back in the order in which they came") {
    std::array<Task, 3> tasks;
    TaskList list;
    CHECK(list.pop_front() == nullptr);
    for (Task& task : tasks) {
        list.push_back(task);
    }
    CHECK(list.size() == 3);
    CHECK(list.pop_front() == &tasks[0]);
    list.push_back(tasks[0]);
    CHECK(list.pop_front() == &tasks[1]);
    CHECK(list.pop_front() == &tasks[2]);
    CHECK(list.pop_front() == &tasks[0]);
    CHECK(list.pop_front() == nullptr);
    CHECK(list.size() == 0);
}

TEST_CASE("a pinned task is passed over by who may take only movable ones") {
    std::array<Task, 4> tasks;
    tasks[0].pinned = tasks[1].pinned = true;
    TaskList list;
    for (Task& task : tasks) {
        list.push_back(task);
    }
    CHECK(list.movable() == 2);

    SUBCASE("from the middle") {
        CHECK(list.take_movable(4) == &tasks[2]);
        CHECK(list.movable() == 1);
        CHECK(list.pop_front() == &tasks[0]);
        CHECK(list.pop_front() == &tasks[1]);
        CHECK(list.pop_front() == &tasks[3]);
    }
    SUBCASE("from the end, which then moves") {
        list.take_movable(4);
        CHECK(list.take_movable(4) == &tasks[3]);
        list.push_back(tasks[2]);
        CHECK(list.take_movable(4) == &tasks[2]);
        CHECK(list.take_movable(4) == nullptr);
        CHECK(list.size() == 2);
    }
    SUBCASE("and no further than told") {
        CHECK(list.take_movable(2) == nullptr);
        CHECK(list.size() == 4);
    }
}

TEST_CASE("what must not be queued is refused") {
    Task task;
    TaskList list;
    list.push_back(task);
    CHECK_THROWS(list.push_back(task));

    Task running;
    running.state = sched::TaskState::running;
    CHECK_THROWS(list.push_back(running));
    CHECK(list.size() == 1);
}

}  // namespace
