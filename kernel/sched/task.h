#pragma once

#include <cstdint>
#include <string_view>

#include "memory/stack_pool.h"
#include "sched/completion.h"
#include "sched/counter.h"
#include "sched/cpu_index.h"
#include "sched/itinerary.h"

namespace sched {

using Entry = void (*)(void* argument);

/// ready:    in exactly one ready queue, or in the hands of the one CPU that took it out
/// running:  the current task of exactly one CPU
/// waiting:  in no queue; known only to the Completion of the task that it joins
/// finished: never to run again; its record and stack belong to whoever joins it
enum class TaskState : std::uint8_t { ready, running, waiting, finished };

struct TaskAccount {
    Itinerary itinerary;
    Counter preemptions;
    Counter migrations;
    Counter slices;  // timer interrupts that found it running
};

/// One thread of the kernel. At any moment a single CPU owns the record and may write it; ownership
/// moves with the lock of a ready queue or with a Completion, and both also make every earlier
/// write visible. That is why `state` is not atomic, and why nobody looks at a task that is not
/// theirs.
struct Task {
    std::string_view name;
    Entry entry = nullptr;
    void* argument = nullptr;

    TaskState state = TaskState::ready;
    bool pinned = false;  // never leaves `cpu`
    CpuIndex cpu = 0;     // whose queue it is in, or where it runs or last ran

    memory::Stack stack{};            // none if it runs on the stack of a CPU's start
    std::uint64_t stack_pointer = 0;  // where its registers are, see switch.h; 0 while it runs

    Task* next = nullptr;  // in its ready queue
    bool queued = false;   // caught doubles are cheaper than lost tasks
    Task* joins = nullptr;
    Completion completion{};
    TaskAccount account{};
};

}  // namespace sched
