#pragma once

/// The program's exit statuses.
namespace command_line::status {

inline constexpr int done = 0;     // graded; or, of `check`, every lab passed
inline constexpr int not_yet = 1;  // of `check` only
inline constexpr int checker_error = 2;

}  // namespace command_line::status
