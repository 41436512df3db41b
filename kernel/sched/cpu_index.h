#pragma once

#include <cstdint>

namespace sched {

/// A CPU as the kernel counts them, 0 (the BSP) and up without gaps. Not its LAPIC id, which has
/// gaps on real machines and therefore never indexes anything.
using CpuIndex = std::uint32_t;

}  // namespace sched
