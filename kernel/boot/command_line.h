// Options: what the user wrote after the kernel's name.
#pragma once

#include <cstdint>
#include <string_view>

#include "lib/fixed_vector.h"

namespace boot {

/// Copied, so that the loader's memory may be reused; cut where it is longer.
using CommandLine = lib::FixedVector<char, 256>;

/// The `value` of the word `name=value`; empty where there is no such word or nothing after its
/// `=`. Words are separated by spaces; of several with the same name the last one counts, so that
/// a word added at the end overrides.
std::string_view option(std::string_view command_line, std::string_view name);

/// The decimal value of the option, or `otherwise` without one. Panics at one that is no number or
/// not within lowest..highest: the user asked for something and should hear that it will not be
/// done.
std::uint32_t number_option(std::string_view command_line, std::string_view name,
                            std::uint32_t lowest, std::uint32_t highest, std::uint32_t otherwise);

}  // namespace boot
