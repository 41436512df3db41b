#include "checker/guest/memory.h"

#include <algorithm>

#include "trampoline/mailbox.h"

namespace guest {

namespace {

constexpr std::uint64_t four_gib = std::uint64_t{1} << 32;
constexpr std::size_t most_pages = 1024;

}  // namespace

std::span<const std::byte> RamFile::at(x86::PhysicalAddress address, std::size_t size) const {
    std::uint64_t offset = address.raw;
    std::uint64_t end = std::min<std::uint64_t>(bytes_.size(), below_4_gib_);
    if (address.raw >= four_gib) {
        offset = address.raw - four_gib + below_4_gib_;
        end = bytes_.size();
    }
    if (offset > end || size > end - offset)
        return {};
    return bytes_.subspan(offset, size);
}

x86::PageWalk LinearMemory::walk(std::uint64_t linear) const {
    const x86::ControlState& control = registers_.control;
    if (!control.efer.has(x86::efer::lma))
        return {.address = x86::VirtualAddress{linear}};
    const auto read_entry = [this](x86::PhysicalAddress address) {
        return memory_.read<x86::PageEntry>(address);
    };
    return x86::walk(x86::page_table_root(control.cr3), x86::VirtualAddress{linear}, read_entry,
                     {.nxe = control.efer.has(x86::efer::nxe),
                      .gib_pages = true,  // Bochs's CPU has them, QEMU does not ask
                      .physical_bits = model_.physical_bits});
}

std::optional<x86::PhysicalAddress> LinearMemory::translate(std::uint64_t linear) const {
    if (!registers_.control.cr0.has(x86::cr0::pg))
        return x86::PhysicalAddress{linear};
    const x86::PageWalk walked = walk(linear);
    return walked.outcome == x86::WalkOutcome::mapped ? std::optional{walked.physical}
                                                      : std::nullopt;
}

std::vector<std::byte> LinearMemory::read(std::uint64_t linear, std::size_t size) const {
    std::vector<std::byte> bytes;
    while (bytes.size() < size) {
        const std::uint64_t at = linear + bytes.size();
        const std::size_t in_page =
            std::min(size - bytes.size(), x86::page_size - at % x86::page_size);
        const auto physical = translate(at);
        const auto part = physical ? memory_.at(*physical, in_page) : std::span<const std::byte>{};
        if (part.empty())
            break;
        bytes.insert(bytes.end(), part.begin(), part.end());
    }
    return bytes;
}

std::optional<evidence::LowMap> LinearMemory::low_map() const {
    const auto& [cr0, cr3, cr4, efer] = registers_.control;
    if (!cr0.has(x86::cr0::pg) || !efer.has(x86::efer::lma) || cr4.has(x86::cr4::la57))
        return {};
    evidence::LowMap map;
    const auto keep = [&](const memory::MappedPage& page) {
        if (map.pages.size() == most_pages)
            return false;
        map.pages.push_back(page);
        return true;
    };
    map.complete = scan_pages(keep, x86::PageTable::entry_count / 2) == memory::ScanEnd::complete;
    // The scan goes by P and PS alone; an entry with a reserved bit leads a processor nowhere.
    std::erase_if(map.pages, [&](const memory::MappedPage& page) {
        return walk(page.address.raw).outcome == x86::WalkOutcome::reserved_bit;
    });
    const x86::PageWalk way = walk(trampoline::page_address);
    for (std::size_t i = 0; i + 1 < way.step_count; ++i)
        map.tables.push_back(way.steps[i].entry.address().raw);
    return map;
}

std::vector<unsigned> LinearMemory::root_entries() const {
    std::vector<unsigned> present;
    const auto root = x86::page_table_root(registers_.control.cr3);
    for (unsigned i = 0; i < x86::PageTable::entry_count; ++i) {
        const auto entry = memory_.read<x86::PageEntry>(root + i * sizeof(x86::PageEntry));
        if (entry && entry->present())
            present.push_back(i);
    }
    return present;
}

evidence::Arrival LinearMemory::arrival() const {
    return {.registers = registers_,
            .low_map = low_map().value_or(evidence::LowMap{.pages = {}, .complete = false}),
            .root_entries = root_entries()};
}

}  // namespace guest
