// The walk that turns a virtual address into a physical one, done as the processor does it but with
// every step kept: what explains a page fault, in the kernel and in the checker. [sdm3 4.5]
// [sdm3 4.7]
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>

#include "x86/address.h"
#include "x86/page.h"

namespace x86 {

/// What the walking CPU has, which decides the bits that are reserved for it. By default it has
/// nothing that is optional.
struct WalkRules {
    bool nxe = false;             // EFER.NXE: else bit 63 is reserved
    bool gib_pages = false;       // CPUID page_1gib: else PS is reserved in a PDPTE
    unsigned physical_bits = 52;  // MAXPHYADDR: address bits from here up are reserved
};

enum class WalkOutcome : std::uint8_t {
    mapped,
    not_present,    // the last step's entry has P clear
    reserved_bit,   // the last step's entry is present, with a bit set that this CPU reserves
    unreadable,     // the last step's entry is in memory that could not be read: `entry` is void
    not_canonical,  // no walk: the address itself is refused, by #GP or #SS
};

/// One entry that the walk read, and where.
struct WalkStep {
    PageLevel level = PageLevel::pml4;
    unsigned index = 0;
    PhysicalAddress entry_address{};
    PageEntry entry{};
};

/// A walk and its end. `physical`, `writable`, `executable` and `user` are of a mapped page: what
/// all levels together allow. Without CR0.WP ring 0 writes where `writable` is false.
struct PageWalk {
    VirtualAddress address{};
    WalkOutcome outcome = WalkOutcome::not_canonical;
    std::array<WalkStep, 4> steps{};
    std::size_t step_count = 0;
    std::uint64_t reserved_bits = 0;  // of the last entry, those that offend
    PhysicalAddress physical{};
    bool writable = false;
    bool executable = false;
    bool user = false;

    /// The steps that were taken, from the PML4 on; none for an address that is not canonical.
    constexpr std::span<const WalkStep> taken() const { return std::span{steps}.first(step_count); }
    /// Where the walk ended; a default step if none was taken.
    constexpr const WalkStep& last() const { return steps[step_count == 0 ? 0 : step_count - 1]; }
    /// The number of the highest offending bit, when the outcome is reserved_bit.
    constexpr unsigned reserved_bit() const {
        return reserved_bits == 0 ? 0 : static_cast<unsigned>(std::bit_width(reserved_bits)) - 1;
    }
};

/// Whether an entry that is not refused ends the walk. In a page table bit 7 is PAT.
constexpr bool maps_page(PageEntry entry, PageLevel level) {
    return level == PageLevel::pt || entry.huge();
}

/// The bits set in `entry`, a present one of a table at `level`, that `rules` reserve. [sdm3 4.5.4]
constexpr std::uint64_t reserved_bits(PageEntry entry, PageLevel level, WalkRules rules) {
    std::uint64_t reserved = rules.nxe ? 0 : PageEntry::no_execute_bit;
    if (rules.physical_bits < 52) {
        reserved |= PageEntry::address_bits & ~(bit(rules.physical_bits) - 1);
    }
    const bool may_be_huge =
        level == PageLevel::pd || (level == PageLevel::pdpt && rules.gib_pages);
    if (level != PageLevel::pt && !may_be_huge) {
        reserved |= PageEntry::huge_bit;
    } else if (level != PageLevel::pt && entry.huge()) {
        constexpr std::uint64_t up_to_pat = 2 * page_size - 1;
        reserved |= (bytes_per_entry(level) - 1) & ~up_to_pat;
    }
    return entry.raw & reserved;
}

/// Walks from the PML4 at `root` (see page_table_root). `read_entry` gives the entry at a physical
/// address, nothing where it cannot. At each level presence counts before reserved bits, and both
/// before permissions.
template <class ReadEntry>
requires std::same_as<std::invoke_result_t<ReadEntry&, PhysicalAddress>, std::optional<PageEntry>>
constexpr PageWalk walk(PhysicalAddress root, VirtualAddress address, ReadEntry&& read_entry,
                        WalkRules rules) {
    PageWalk result{.address = address};
    if (!is_canonical(address)) {
        return result;
    }
    bool writable = true;
    bool executable = true;
    bool user = true;
    PhysicalAddress table = root;
    for (PageLevel level = PageLevel::pml4;; level = next_level(level)) {
        const unsigned index = index_of(address, level);
        WalkStep& step = result.steps[result.step_count++];
        step = {level, index, table + index * sizeof(PageEntry), {}};

        const std::optional<PageEntry> entry = read_entry(step.entry_address);
        if (!entry) {
            result.outcome = WalkOutcome::unreadable;
            return result;
        }
        step.entry = *entry;
        if (!entry->present()) {
            result.outcome = WalkOutcome::not_present;
            return result;
        }
        result.reserved_bits = reserved_bits(*entry, level, rules);
        if (result.reserved_bits != 0) {
            result.outcome = WalkOutcome::reserved_bit;
            return result;
        }
        writable = writable && entry->writable();
        executable = executable && !entry->no_execute();
        user = user && entry->user();
        if (maps_page(*entry, level)) {
            const std::uint64_t size = bytes_per_entry(level);
            result.outcome = WalkOutcome::mapped;
            result.physical = align_down(entry->address(), size) + address.raw % size;
            result.writable = writable;
            result.executable = executable;
            result.user = user;
            return result;
        }
        table = entry->address();
    }
}

}  // namespace x86
