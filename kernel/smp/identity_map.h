// The contract of lab 1: the first 2 MiB of memory, each byte at its own physical address.
//
// An AP executes in the trampoline page at 0x8000 when it turns on paging. From the next
// instruction on, that address too goes through the page tables, and without this mapping the fetch
// of the instruction is a #PF.
#pragma once

#include "x86/page.h"

namespace smp {

/// Where lab 1 gets its tables from. What it takes is remembered, and given back when the map goes.
class FrameSource {
  public:
    /// The physical address of a frame, all zeroes. Panics when memory is exhausted.
    x86::PhysicalAddress allocate();
    /// Takes back a frame that allocate() gave.
    void free(x86::PhysicalAddress frame);
    /// The page table in a frame that allocate() gave.
    x86::PageTable& table(x86::PhysicalAddress frame);
};

/// Lab 1. `root` is the PML4 that the BSP runs on and that every AP will load; nothing is mapped
/// through its lower half yet. `frames.allocate()` gives the physical address of a zeroed frame,
/// `frames.table(address)` the table in it.
///
/// On return every address from 0 to 0x1fffff leads to the same physical address, by one 2 MiB page
/// that is present, writable and executable. Nothing else below 1 GiB is mapped, and the other
/// entries of `root` are as they were. [sdm3 4.5.4]
void map_low_memory(x86::PageTable& root, FrameSource& frames);

/// Lets map_low_memory() above work on the kernel's own PML4. Given.
void map_low_memory();

/// Takes out whatever map_low_memory() has put in, and the labs' code, has the CPUs, 0 to cpus-1,
/// forget it, and gives the frames back. Given. A CPU that remembered a table could still walk it
/// when the frame has another use. [sdm3 4.10.5]
void unmap_low_memory(unsigned cpus);

}  // namespace smp
