// Memory behind addresses, as those who hand out addresses see it.
#pragma once

#include <cstdint>

#include "x86/address.h"

namespace memory {

/// Puts fresh memory behind parts of a region that had none.
class Backing {
  public:
    /// Makes [address, address + size), whole pages, readable and writable, all zeroes. Panics when
    /// memory is exhausted.
    virtual void back(x86::VirtualAddress address, std::uint64_t size) = 0;

  protected:
    constexpr Backing() = default;
    Backing(const Backing&) = default;
    Backing& operator=(const Backing&) = default;
    ~Backing() = default;  // never deleted through this class
};

}  // namespace memory
