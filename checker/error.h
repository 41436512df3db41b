#pragma once

#include <stdexcept>

namespace checker {

/// Something that keeps the checker from judging and is not the student's fault: what() says what
/// it is and what to do about it, in words for the person at the terminal. Ends in exit status 2.
struct Error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace checker
