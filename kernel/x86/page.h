// Page tables with four levels: entries, tables and how an address indexes them. [sdm3 4.5]
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "x86/address.h"
#include "x86/flags.h"

namespace x86 {

inline constexpr std::uint64_t page_size = 0x1000;               // 4 KiB, mapped by a PTE
inline constexpr std::uint64_t huge_page_size = 0x200000;        // 2 MiB, mapped by a PDE
inline constexpr std::uint64_t gigabyte_page_size = 0x40000000;  // 1 GiB, mapped by a PDPTE

/// The four tables of a walk, numbered from the last one to the one that CR3 names.
enum class PageLevel : std::uint8_t { pt = 1, pd = 2, pdpt = 3, pml4 = 4 };

/// What a mapping allows. The default is the least: read-only data.
struct PageAccess {
    bool writable = false;
    bool executable = false;
    bool uncached = false;  // for device registers
    bool global = false;    // survives a load of CR3, given CR4.PGE

    constexpr bool operator==(const PageAccess&) const = default;
};

/// One entry of a table at any level. [sdm3 4.5.4]
struct PageEntry {
    std::uint64_t raw = 0;

    static constexpr std::uint64_t present_bit = bit(0);
    static constexpr std::uint64_t writable_bit = bit(1);
    static constexpr std::uint64_t user_bit = bit(2);
    static constexpr std::uint64_t write_through_bit = bit(3);
    static constexpr std::uint64_t cache_disable_bit = bit(4);
    static constexpr std::uint64_t accessed_bit = bit(5);     // set by the processor
    static constexpr std::uint64_t dirty_bit = bit(6);        // set by the processor, last level
    static constexpr std::uint64_t huge_bit = bit(7);         // PS: a page here, not a table
    static constexpr std::uint64_t global_bit = bit(8);       // last level
    static constexpr std::uint64_t no_execute_bit = bit(63);  // XD; reserved unless EFER.NXE
    static constexpr std::uint64_t address_bits = 0x000ffffffffff000;

    /// Leads to the next table. Permissive: the entry of the page itself decides.
    static constexpr PageEntry table(PhysicalAddress next) {
        expect((next.raw & ~address_bits) == 0);
        return {next.raw | present_bit | writable_bit};
    }

    /// Maps a 4 KiB page, in a page table.
    static constexpr PageEntry page(PhysicalAddress frame, PageAccess access) {
        expect((frame.raw & ~address_bits) == 0);
        return {frame.raw | present_bit | bits_of(access)};
    }

    /// Maps a 2 MiB page, in a page directory.
    static constexpr PageEntry huge_page(PhysicalAddress frame, PageAccess access) {
        expect(is_aligned(frame, huge_page_size));
        return {page(frame, access).raw | huge_bit};
    }

    constexpr bool present() const { return (raw & present_bit) != 0; }
    constexpr bool writable() const { return (raw & writable_bit) != 0; }
    constexpr bool user() const { return (raw & user_bit) != 0; }
    constexpr bool accessed() const { return (raw & accessed_bit) != 0; }
    constexpr bool dirty() const { return (raw & dirty_bit) != 0; }
    constexpr bool huge() const { return (raw & huge_bit) != 0; }
    constexpr bool global() const { return (raw & global_bit) != 0; }
    constexpr bool no_execute() const { return (raw & no_execute_bit) != 0; }

    /// Bits 51..12: the next table or the 4 KiB page. In the entry of a larger page the bits below
    /// its size mean other things (bit 12 is PAT): round down to the size.
    constexpr PhysicalAddress address() const { return PhysicalAddress{raw & address_bits}; }

    constexpr bool operator==(const PageEntry&) const = default;

  private:
    static constexpr std::uint64_t bits_of(PageAccess access) {
        return (access.writable ? writable_bit : 0) | (access.executable ? 0 : no_execute_bit) |
               (access.uncached ? cache_disable_bit | write_through_bit : 0) |
               (access.global ? global_bit : 0);
    }
};

struct alignas(page_size) PageTable {
    static constexpr std::size_t entry_count = 512;
    std::array<PageEntry, entry_count> entries;

    constexpr PageEntry& operator[](std::size_t index) { return entries[index]; }
    constexpr const PageEntry& operator[](std::size_t index) const { return entries[index]; }
};

/// How many bytes of addresses one entry of that level covers.
constexpr std::uint64_t bytes_per_entry(PageLevel level) {
    return page_size << (9 * (static_cast<unsigned>(level) - 1));
}

/// Which of the 512 entries of its table at `level` translates `address`.
constexpr unsigned index_of(VirtualAddress address, PageLevel level) {
    return static_cast<unsigned>(address.raw / bytes_per_entry(level) % PageTable::entry_count);
}

/// The table below; not for `pt`.
constexpr PageLevel next_level(PageLevel level) {
    expect(level != PageLevel::pt);
    return static_cast<PageLevel>(static_cast<unsigned>(level) - 1);
}

/// The table's short name, as the manuals write it; an entry of it is that and "E".
constexpr std::string_view name(PageLevel level) {
    constexpr std::array<std::string_view, 5> names{"?", "PT", "PD", "PDPT", "PML4"};
    return names[static_cast<unsigned>(level)];
}

/// The PML4 that a value of CR3 names; the other bits are cache control or a PCID. [sdm3 4.5.2]
constexpr PhysicalAddress page_table_root(std::uint64_t cr3) {
    return PageEntry{cr3}.address();
}

// Linux's _KERNPG_TABLE, __PAGE_KERNEL and __PAGE_KERNEL_LARGE_EXEC, which the processor's own A
// and D (0x60) are set in from the start.
static_assert((PageEntry::table({}).raw | 0x60) == 0x63);
static_assert((PageEntry::page({}, {.writable = true, .global = true}).raw | 0x60) ==
              0x8000000000000163);
static_assert(
    (PageEntry::huge_page({}, {.writable = true, .executable = true, .global = true}).raw | 0x60) ==
    0x1e3);
// The top of the address space, 0xffffffff80000000 in every higher-half kernel: PML4 511, PDPT 510.
static_assert(index_of(VirtualAddress{0xffffffff80000000}, PageLevel::pml4) == 511);
static_assert(index_of(VirtualAddress{0xffffffff80000000}, PageLevel::pdpt) == 510);
static_assert(bytes_per_entry(PageLevel::pd) == huge_page_size);
static_assert(bytes_per_entry(PageLevel::pdpt) == gigabyte_page_size);

static_assert(sizeof(PageEntry) == 8 && sizeof(PageTable) == page_size);

}  // namespace x86
