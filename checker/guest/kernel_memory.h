#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checker/guest/symbols.h"
#include "lib/physical_memory.h"

namespace guest {

/// The letters of each CPU's trace, by CPU number: from the kernel's array, and for the AP that was
/// being started last from the mailbox. Whatever is no trace is empty: a student's code may have
/// written anywhere.
std::vector<std::string> read_traces(const lib::PhysicalMemory& memory, const Symbols& symbols,
                                     unsigned cpus);

/// Likewise from the serial line, for want of memory: "cpu  1: rpal". Only a hint, since anything
/// can be printed there.
std::vector<std::string> traces_on_line(std::string_view serial, unsigned cpus);

/// What the kernel left when it stopped itself.
struct Panic {
    std::optional<unsigned> cpu;
    std::string text;
};

/// The kernel's panic record; nothing if it did not panic.
std::optional<Panic> read_panic(const lib::PhysicalMemory& memory, const Symbols& symbols);

/// The records of CPUs 0..cpus-1; empty if memory or symbols do not tell.
std::vector<evidence::Record> read_records(const lib::PhysicalMemory& memory,
                                           const Symbols& symbols, unsigned cpus);

/// What the kernel has noted of the start of each CPU 0..cpus-1.
std::vector<evidence::Handshake> read_handshakes(const lib::PhysicalMemory& memory,
                                                 const Symbols& symbols, unsigned cpus);

/// The page at 0x8000 and what belongs there.
std::optional<evidence::TrampolinePage> read_trampoline(const lib::PhysicalMemory& memory,
                                                        const Symbols& symbols);

/// The commands that the kernel has noted.
std::optional<evidence::Sent> read_sent(const lib::PhysicalMemory& memory, const Symbols& symbols);

/// Where a symbol's memory lies; nothing if there is no such symbol. The kernel is linked at
/// physical + 0xffffffff80000000, the trampoline at its physical address.
std::optional<x86::PhysicalAddress> physical_address(const Symbols& symbols, std::string_view name);

}  // namespace guest
