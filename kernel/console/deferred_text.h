#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <optional>
#include <string_view>

namespace console {

/// Lines that a handler wanted to print while the code that it interrupted, on the same CPU, was
/// printing. The handler adds, the interrupted code takes, and neither ever waits for the other.
/// Different CPUs must not use it at the same time: the console's lock sees to that.
class DeferredText {
  public:
    static constexpr std::size_t capacity = 1024;
    static constexpr std::string_view lost_text = "...\n";

    /// Keeps the whole text or, if there is no room for it, a "..." in its place.
    void add(std::string_view text) {
        const std::size_t end = added_.load(std::memory_order_relaxed);
        const std::size_t room = capacity - (end - taken_.load(std::memory_order_relaxed));
        if (text.size() + lost_text.size() > room) {
            text = room >= lost_text.size() ? lost_text : std::string_view();
        }
        for (std::size_t index = 0; index < text.size(); ++index) {
            characters_[(end + index) % capacity] = text[index];
        }
        // Only now does the text exist for the code that was interrupted.
        std::atomic_signal_fence(std::memory_order_release);
        added_.store(end + text.size(), std::memory_order_relaxed);
    }

    /// Takes the oldest character, if there is one.
    std::optional<char> take() {
        if (empty()) {
            return std::nullopt;
        }
        std::atomic_signal_fence(std::memory_order_acquire);
        const std::size_t begin = taken_.load(std::memory_order_relaxed);
        const char character = characters_[begin % capacity];
        taken_.store(begin + 1, std::memory_order_relaxed);
        return character;
    }

    bool empty() const {
        return added_.load(std::memory_order_relaxed) == taken_.load(std::memory_order_relaxed);
    }

  private:
    std::array<char, capacity> characters_{};
    std::atomic<std::size_t> added_{0};  // in all, as is taken_: they only grow
    std::atomic<std::size_t> taken_{0};
};

}  // namespace console
