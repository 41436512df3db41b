// The one set of page tables that all CPUs run on.
#pragma once

#include <cstdint>

#include "memory/backing.h"
#include "memory/range_set.h"
#include "x86/address.h"
#include "x86/page.h"

namespace memory {

/// Builds the final tables and switches this CPU to them, with CR0.WP and EFER.NXE on: the kernel
/// image and the direct map of `ram`, each with the least rights that it can do with, and nothing
/// at all in the lower half. Once, on the BSP, on a stack and with a GDT in the kernel image.
void enter_kernel_space(const RangeSet& ram);

/// The PML4, below 4 GiB: what every CPU has in CR3.
x86::PhysicalAddress kernel_root();
x86::PageTable& kernel_root_table();

/// Maps registers of a device, uncached, and says where; asked again, it gives the same address.
/// Panics if there is RAM. Registers are at the same address for every CPU.
x86::VirtualAddress map_mmio(x86::PhysicalAddress physical, std::uint64_t size);

/// Makes memory that is not RAM to the kernel, such as the firmware's tables, readable at its place
/// in the direct map. Before enter_kernel_space() the first 4 GiB are readable anyway. False if no
/// such addresses can exist.
bool make_readable(x86::PhysicalAddress physical, std::uint64_t size);

/// Puts new frames behind addresses of the stacks and of the heap.
class KernelBacking final : public Backing {
  public:
    void back(x86::VirtualAddress address, std::uint64_t size) override;
};
extern KernelBacking kernel_backing;

/// Panics if any memory is both writable and executable: looks at every page.
void require_w_xor_x();

}  // namespace memory
