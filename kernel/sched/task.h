#pragma once

#include <cstdint>

#include "lib/fixed_vector.h"

namespace sched {

/// A thread of the kernel. At any moment one CPU owns it: the CPU that runs it, or that has just
/// taken it out of a queue; in a queue, the holder of the queue's lock. Only the owner writes to
/// it, and the lock that it passes through makes what one owner wrote visible to the next.
struct Task {
    std::uint32_t number = 0;         // in the order of their start, from 0
    bool finished = false;            // never to run again
    void (*entry)(Task&) = nullptr;   // what it does; it is finished when this returns
    std::uint64_t stack_pointer = 0;  // where its registers are, see switch.h; 0 while it runs
    Task* next = nullptr;             // in its queue

    std::uint32_t runs = 0;       // times that a CPU switched to it
    std::uint32_t preempted = 0;  // times that its slice was over and another task waited
    std::uint32_t migrated = 0;   // times that another CPU stole it
    lib::FixedVector<std::uint8_t, 8> cpus;  // where it was, the first few, in that order
};

}  // namespace sched
