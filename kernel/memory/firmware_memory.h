// Physical memory as the parsers of firmware tables read it.
#pragma once

#include <cstddef>
#include <span>

#include "lib/physical_memory.h"

namespace memory {

/// All physical memory, read through the direct map. Works from kernel_main's first line on; once
/// the kernel has its final tables, what is not mapped yet is mapped when it is asked for.
class FirmwareMemory final : public lib::PhysicalMemory {
  public:
    std::span<const std::byte> at(x86::PhysicalAddress address, std::size_t size) const override;
};

}  // namespace memory
