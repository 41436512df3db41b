// What reads bytes that a stranger wrote, each as a function of those bytes alone.
#pragma once

#include <string_view>

namespace fuzz {

/// An ELF file with its symbols and debug information.
void read_elf(std::string_view bytes);
/// Somebody's log of any kernel, and the account of it.
void read_log(std::string_view bytes);
/// What a student has handed in, and who that is.
void read_archive(std::string_view bytes);
void read_people(std::string_view bytes);

}  // namespace fuzz
