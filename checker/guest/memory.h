// A guest's memory after the run.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "checker/evidence/evidence.h"
#include "lib/physical_memory.h"
#include "memory/table_scan.h"
#include "x86/page_walk.h"

namespace guest {

/// The RAM of a PC, which lies in one piece in `bytes` but has a hole below 4 GiB in the machine:
/// what does not fit below `below_4_gib` goes on at 4 GiB. Without bytes nothing is known of it, as
/// after reading a log alone.
class RamFile final : public lib::PhysicalMemory {
  public:
    RamFile() = default;
    RamFile(std::span<const std::byte> bytes, std::uint64_t below_4_gib)
        : bytes_(bytes), below_4_gib_(below_4_gib) {}

    std::span<const std::byte> at(x86::PhysicalAddress address, std::size_t size) const override;

  private:
    std::span<const std::byte> bytes_;
    std::uint64_t below_4_gib_ = 0;
};

/// What an engine's CPU can do that changes how page tables read.
struct CpuModel {
    unsigned physical_bits = 40;
};

/// Memory as one CPU sees it: by linear addresses, through its page tables.
class LinearMemory {
  public:
    /// `memory` and `registers` have to outlive this.
    LinearMemory(const lib::PhysicalMemory& memory, CpuModel model,
                 const evidence::Registers& registers)
        : memory_(memory), model_(model), registers_(registers) {}

    /// The walk of one address. Without paging, or with that of 32-bit mode, a walk that ends in
    /// not_canonical.
    x86::PageWalk walk(std::uint64_t linear) const;
    /// The bytes from `linear` on up to `size`; fewer where the rest is not mapped.
    std::vector<std::byte> read(std::uint64_t linear, std::size_t size) const;
    /// A copy of the T at `linear`; nothing if it cannot be read whole.
    template <class T>
    std::optional<T> read(std::uint64_t linear) const {
        return lib::read_as<T>(read(linear, sizeof(T)));
    }

    /// What the page tables map in the lower half: at most 1024 pages, from at most 64 tables,
    /// whatever a guest has made of them. Nothing unless 4-level paging is on.
    std::optional<evidence::LowMap> low_map() const;
    /// The entries that are present in the PML4.
    std::vector<unsigned> root_entries() const;
    /// Shows `visit` what the first `entries` of the PML4 map, until it says false. Goes into 64
    /// tables, far more than the kernel has: a guest can make them lead on without end.
    template <class Visit>
    memory::ScanEnd scan_pages(Visit visit,
                               std::size_t entries = x86::PageTable::entry_count) const {
        auto read_entry = [this](x86::PhysicalAddress place) {
            return memory_.read<x86::PageEntry>(place);
        };
        memory::TableScan<decltype(read_entry), Visit> scan{read_entry, visit, 64};
        return scan.scan(x86::page_table_root(registers_.control.cr3), x86::PageLevel::pml4, {},
                         entries);
    }
    /// An AP that has these registers at the first instruction of ap_entry64, with memory as it is
    /// then.
    evidence::Arrival arrival() const;

  private:
    std::optional<x86::PhysicalAddress> translate(std::uint64_t linear) const;

    const lib::PhysicalMemory& memory_;
    CpuModel model_;
    const evidence::Registers& registers_;
};

}  // namespace guest
