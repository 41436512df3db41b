// A kernel panic on the host: an exception that a test can expect.
#include "lib/panic.h"

#include <stdexcept>
#include <string>

void lib::panic_text(std::string_view reason) {
    throw std::runtime_error(std::string(reason));
}
