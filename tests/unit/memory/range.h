#pragma once

#include "memory/range_set.h"

namespace test {

/// From `start` up to `end`, which is not in it.
inline memory::PhysicalRange range(std::uint64_t start, std::uint64_t end) {
    return {x86::PhysicalAddress{start}, x86::PhysicalAddress{end}};
}

}  // namespace test
