#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lib/result.h"

namespace boot {

/// What the user wrote after the kernel's name, copied, so that the loader's memory may be reused.
class CommandLine {
  public:
    static constexpr std::size_t capacity = 256;

    /// Adds one character, which is left out, and truncated() set, once the storage is full.
    void append(char character);
    void assign(std::string_view text);

    std::string_view text() const { return {text_.data(), size_}; }
    bool truncated() const { return truncated_; }

  private:
    std::array<char, capacity> text_{};
    std::size_t size_ = 0;
    bool truncated_ = false;
};

/// The `value` of the word `name=value`; empty where there is no such word or nothing after its
/// `=`. Words are separated by spaces; of several with the same name the last one counts, so that
/// a word added at the end overrides.
std::string_view option(std::string_view command_line, std::string_view name);

/// What a numeric option may be.
struct NumberOption {
    std::string_view name;
    std::uint64_t lowest;
    std::uint64_t highest;
    std::uint64_t otherwise;  // where the command line does not mention it; may lie outside
};

/// The decimal value of the option. One that is no number, or out of its range, is an error rather
/// than `otherwise`: the user asked for something and should hear that it will not be done.
lib::Result<std::uint64_t> number_option(std::string_view command_line, const NumberOption& wanted);

}  // namespace boot
