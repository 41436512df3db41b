#include "checker/guest/low_map.h"

#include <algorithm>

#include "trampoline/mailbox.h"

namespace guest {

namespace {

constexpr std::size_t most_pages = 1024;
constexpr unsigned most_tables = 64;

bool has_four_level_paging(const x86::ControlState& control) {
    return control.cr0.has(x86::cr0::pg) && control.efer.has(x86::efer::lma) &&
           !control.cr4.has(x86::cr4::la57);
}

}  // namespace

std::optional<evidence::LowMap> low_map(const lib::PhysicalMemory& memory,
                                        const evidence::Registers& registers) {
    if (!has_four_level_paging(registers.control)) {
        return std::nullopt;
    }
    evidence::LowMap map;
    auto read_entry = [&](x86::PhysicalAddress place) {
        return memory.read<x86::PageEntry>(place);
    };
    auto keep = [&](const memory::MappedPage& page) {
        if (map.pages.size() == most_pages) {
            return false;
        }
        map.pages.push_back(page);
        return true;
    };
    memory::TableScan<decltype(read_entry), decltype(keep)> scan{read_entry, keep, most_tables};
    const memory::ScanEnd end =
        scan.scan(x86::page_table_root(registers.control.cr3), x86::PageLevel::pml4, {},
                  x86::PageTable::entry_count / 2);
    map.complete = end == memory::ScanEnd::complete;
    return map;
}

evidence::Arrival read_arrival(const lib::PhysicalMemory& memory,
                               const evidence::Registers& registers) {
    constexpr x86::PhysicalAddress mailbox_address{trampoline::mailbox_address};
    const auto mailbox = memory.read<trampoline::Mailbox>(mailbox_address);
    return {registers,
            low_map(memory, registers).value_or(evidence::LowMap{.pages = {}, .complete = false}),
            mailbox ? mailbox->stack_top : 0};
}

}  // namespace guest
