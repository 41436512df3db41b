#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checker/guest/memory.h"
#include "checker/guest/symbols.h"
#include "lib/physical_memory.h"

namespace guest {

/// What the kernel left when it stopped itself.
struct Panic {
    std::optional<unsigned> cpu;
    std::string text;  // its first line
};

/// The kernel's own records in its memory, as kernel/observed.h has them.
class KernelMemory {
  public:
    /// For a machine with CPUs 0..cpus-1. Both have to outlive this.
    KernelMemory(const lib::PhysicalMemory& memory, const Symbols& symbols, unsigned cpus)
        : memory_(memory), symbols_(symbols), cpus_(cpus) {}

    /// The letters of each CPU's trace: from the kernel's array, and for the AP that was being
    /// started last from the mailbox. Whatever is no trace is empty: a student's code may have
    /// written anywhere.
    std::vector<std::string> traces() const;
    /// The record of each CPU; empty if memory or symbols do not tell.
    std::vector<evidence::Record> records() const;
    /// What the kernel has noted of the start of each CPU.
    std::vector<evidence::Handshake> handshakes() const;
    /// Nothing if it did not panic.
    std::optional<Panic> panic() const;
    /// The page at 0x8000 and what belongs there.
    std::optional<evidence::TrampolinePage> trampoline() const;
    /// The first byte of its code, its constants or its trampoline's image that is not as linked,
    /// where it was loaded or, unless `bsp` is null, where the BSP's tables lead to.
    /// Likewise the first page of its variables that they lead elsewhere.
    std::optional<evidence::Overwritten> overwritten(const LinearMemory* bsp) const;
    /// The first page in the BSP's tables that a kernel that has come up does not have there: its
    /// given code alone can be executed, it and constants nowhere be written, and ring 3 reaches
    /// nothing. For a BSP that has EFER.NXE. Until `labs_are_done` the labs' code and low memory
    /// may be there, too.
    std::optional<evidence::LaidOpen> laid_open(const LinearMemory& bsp, bool labs_are_done) const;
    /// The frames that lab 1 has allocated and not given back, while its map is there; or those too
    /// that have been freed, as far as the kernel still has them, and zeroes.
    std::optional<std::vector<std::uint64_t>> low_map_frames(bool freed_too = false) const;
    /// The commands that the kernel has noted.
    std::optional<evidence::Sent> sent() const;
    /// The message for the AP that was started last; nothing where none was.
    std::optional<trampoline::Mailbox> message() const;

  private:
    std::optional<evidence::Overwritten> gate_changed() const;
    std::optional<evidence::Overwritten> led_elsewhere(const LinearMemory& bsp) const;
    /// Where a symbol's memory lies; nothing if there is no such symbol. The kernel is linked at
    /// physical + 0xffffffff80000000, the trampoline at its physical address.
    std::optional<x86::PhysicalAddress> place_of(std::string_view name) const;
    /// A copy of element `i` of an array; nothing where it has none.
    template <class T>
    std::optional<T> element(std::string_view array, std::uint64_t i) const;

    const lib::PhysicalMemory& memory_;
    const Symbols& symbols_;
    unsigned cpus_;
};

/// The traces from the serial line, for want of memory: "cpu  1: rpal". Only a hint, since anything
/// can be printed there.
std::vector<std::string> traces_on_line(std::string_view serial, unsigned cpus);

}  // namespace guest
