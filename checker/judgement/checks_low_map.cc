#include "checker/evidence/questions.h"
#include "checker/judgement/checks.h"
#include "trampoline/mailbox.h"

namespace judgement {

namespace {

using evidence::LowMap;
using ::memory::MappedPage;

// As it was when the AP came to C++; where it never did, when it stopped.
const LowMap* low_map(const Cpu& cpu) {
    if (cpu.arrival)
        return &cpu.arrival->low_map;
    return cpu.low_map ? &*cpu.low_map : nullptr;
}

Finding paging_off(const Cpu& cpu) {
    return no("CPU {} never came to the paging of long mode", cpu.cpu);
}

}  // namespace

Finding low_map_leads_back(const lab::Fact&, const Evidence& evidence) {
    return every_watched_ap(evidence, [](const Cpu& cpu) {
        const LowMap* map = low_map(cpu);
        if (!map)
            return paging_off(cpu);
        const MappedPage* page = page_at(*map, trampoline::page_address);
        if (!page)
            return no("CPU {}'s tables do not map 0x8000", cpu.cpu);
        if (page->physical.raw != page->address.raw)
            return no("CPU {}'s tables map {:#x} to {:#x}", cpu.cpu, page->address.raw,
                      page->physical.raw);
        return yes_if(page->executable, "CPU {}'s tables make 0x8000 no-execute", cpu.cpu);
    });
}

Finding low_map_is_one_page(const lab::Fact&, const Evidence& evidence) {
    if (const auto entry = strange_root_entry(evidence))
        return no("PML4[{}] of the kernel's root is filled too", *entry);
    if (const auto& open = evidence.laid_open; open && open->page.address.raw >> 63 != 0)
        return no("{:#x} is mapped besides, {}", open->page.address.raw, open->how);
    return every_watched_ap(evidence, [](const Cpu& cpu) {
        const LowMap* map = low_map(cpu);
        if (!map)
            return paging_off(cpu);
        if (map->pages.empty())
            return no("CPU {}'s tables map nothing there", cpu.cpu);
        if (map->pages.size() > 1 || !map->complete)
            return no("CPU {}'s tables map {}{} pages in the lower half, not one", cpu.cpu,
                      map->complete ? "" : "more than ", map->pages.size());
        const MappedPage& page = map->pages.front();
        if (page.address.raw != 0 || page.physical.raw != 0 || page.size != x86::huge_page_size)
            return no("CPU {}'s tables map {:#x}..{:#x} to {:#x}", cpu.cpu, page.address.raw,
                      page.address.raw + page.size - 1, page.physical.raw);
        if (!page.writable || !page.executable)
            return no("CPU {}'s tables make it {}", cpu.cpu,
                      page.executable ? "read-only" : "no-execute");
        if (page.user)
            return no("the page is open to ring 3");
        return yes_if(map->tables.empty(),
                      "its table at {:#x} lies in memory that lab 1 was not given",
                      map->tables.empty() ? 0 : map->tables.front());
    });
}

Finding low_map_gone(const lab::Fact&, const Evidence& evidence) {
    if (!came_to_its_end(evidence))
        return no_end;
    const Cpu* boot = bsp(evidence);
    if (!boot || !boot->low_map)
        return not_told("the engine gave no page tables of the BSP");
    // A TLB keeps what was global, whatever CR3 is loaded and flushed. [sdm3 4.10.2.4]
    for (const Cpu& cpu : evidence.cpus)
        if (cpu.registers && cpu.registers->control.cr4.has(x86::cr4::pge))
            return no("CPU {} has CR4.PGE set: its TLB may still map it", cpu.cpu);
    return yes_if(boot->low_map->pages.empty() && boot->low_map->complete,
                  "{} pages are still mapped there", boot->low_map->pages.size());
}

}  // namespace judgement
