// Every page that a set of page tables maps, and whether any of them could be written and executed.
// Pure: the kernel, its tests and the checker read tables with it, wherever those lie.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>

#include "x86/address.h"
#include "x86/page.h"
#include "x86/page_walk.h"

namespace memory {

/// A page of any size, with what all levels of its walk together allow.
struct MappedPage {
    x86::VirtualAddress address;
    x86::PhysicalAddress physical;
    std::uint64_t size = 0;
    bool writable = true;
    bool executable = true;
    bool user = true;
};

enum class ScanEnd : std::uint8_t {
    complete,
    stopped,          // by the visitor
    unreadable,       // an entry is in memory that could not be read
    too_many_tables,  // tables that lead to each other would have no end
};

/// Reads the entry at a physical address; nothing where it cannot. As for x86::walk.
template <class Function>
concept EntryReader = requires(Function& read_entry, x86::PhysicalAddress place) {
    { read_entry(place) } -> std::same_as<std::optional<x86::PageEntry>>;
};

template <EntryReader ReadEntry, std::predicate<const MappedPage&> Visit>
class TableScan {
  public:
    /// Enough for 16 GiB in 4 KiB pages.
    static constexpr unsigned maximum_tables = 8192;

    constexpr TableScan(ReadEntry& read_entry, Visit& visit, unsigned most_tables = maximum_tables)
        : read_entry_(read_entry), visit_(visit), most_tables_(most_tables) {}

    /// Visits what the first `entries` of the table at `table` map; `above` is where its addresses
    /// begin and what the levels above it allow.
    constexpr ScanEnd scan(x86::PhysicalAddress table, x86::PageLevel level, MappedPage above,
                           std::size_t entries = x86::PageTable::entry_count) {
        if (++tables_ > most_tables_) {
            return ScanEnd::too_many_tables;
        }
        const std::uint64_t size = x86::bytes_per_entry(level);
        for (std::size_t index = 0; index < entries; ++index) {
            const auto entry = read_entry_(table + index * sizeof(x86::PageEntry));
            if (!entry) {
                return ScanEnd::unreadable;
            }
            if (!entry->present()) {
                continue;
            }
            const MappedPage page{sign_extended(above.address + index * size),
                                  x86::align_down(entry->address(), size),
                                  size,
                                  above.writable && entry->writable(),
                                  above.executable && !entry->no_execute(),
                                  above.user && entry->user()};
            ScanEnd end = ScanEnd::complete;
            if (!x86::maps_page(*entry, level)) {
                end = scan(entry->address(), x86::next_level(level), page);
            } else if (!visit_(page)) {
                end = ScanEnd::stopped;
            }
            if (end != ScanEnd::complete) {
                return end;
            }
        }
        return ScanEnd::complete;
    }

  private:
    static constexpr x86::VirtualAddress sign_extended(x86::VirtualAddress address) {
        const bool upper_half = (address.raw >> 47 & 1) != 0;
        return upper_half ? x86::VirtualAddress{address.raw | 0xffff'8000'0000'0000} : address;
    }

    ReadEntry& read_entry_;
    Visit& visit_;
    unsigned most_tables_;
    unsigned tables_ = 0;
};

/// Calls `visit` with every page that the tables below the PML4 at `root` map, by ascending address
/// within each half, until it returns false. EFER.NXE is taken to be on.
template <EntryReader ReadEntry, std::predicate<const MappedPage&> Visit>
constexpr ScanEnd for_each_page(x86::PhysicalAddress root, ReadEntry&& read_entry, Visit&& visit) {
    TableScan<std::remove_reference_t<ReadEntry>, std::remove_reference_t<Visit>> scan(read_entry,
                                                                                       visit);
    return scan.scan(root, x86::PageLevel::pml4, {});
}

}  // namespace memory
