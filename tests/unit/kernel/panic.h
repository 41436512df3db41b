// A kernel panic on the host is an exception: panic.cc.
#pragma once

#include <stdexcept>
#include <string>

namespace test {

/// The reason of the panic that `action` ends in; empty if there is none.
template <class Action>
std::string reason_of(Action action) {
    try {
        action();
    } catch (const std::runtime_error& panic) {
        return panic.what();
    }
    return "";
}

}  // namespace test
