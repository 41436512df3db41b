#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <utility>

#include "../lib/host_cpu.h"
#include "console/line_writer.h"

namespace line_writer {

inline std::string output;
/// Runs once, right before the character that `interrupt_at` counts.
inline std::function<void()> interrupt;
inline std::size_t interrupt_at = 0;

inline void record(char character) {
    if (interrupt && output.size() == interrupt_at) {
        std::exchange(interrupt, nullptr)();
    }
    output += character;
}

/// A writer, and what comes out of it, with this thread as CPU 0.
struct Fixture {
    console::LineWriter writer{record};

    Fixture() {
        host_cpu::become(0);
        output.clear();
        interrupt = nullptr;
    }
    void interrupt_after(std::size_t characters, std::function<void()> handler) {
        interrupt_at = characters;
        interrupt = std::move(handler);
    }
};

}  // namespace line_writer
