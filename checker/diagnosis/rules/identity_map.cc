// Lab 1: a map that does not lead an AP back to its trampoline, by the page that it has.
#include <algorithm>
#include <fmt/format.h>

#include "checker/diagnosis/low_map.h"
#include "checker/diagnosis/rules/rules.h"
#include "checker/evidence/questions.h"
#include "memory/layout.h"

namespace diagnosis::rules {

namespace {

using ::memory::MappedPage;

std::string range(const MappedPage& page) {
    return fmt::format("{:#x}..{:#x}", page.address.raw, page.address.raw + page.size - 1);
}

// "PML4[0] and PDPT[0]": those of the walk; what it allows, all of its levels have to allow.
std::string entries(const Scene& scene, bool (x86::PageEntry::*has)() const, bool which) {
    std::string names;
    if (const x86::PageWalk* walk = low_walk(scene))
        for (const x86::WalkStep& step : walk->taken())
            if ((step.entry.*has)() == which)
                names += (names.empty() ? "" : " and ") + name_of(step);
    return names;
}

// The AP died of an access below 2 MiB.
std::optional<std::uint64_t> low_address(const Scene& scene) {
    if (!scene.raised(ExceptionVector::page_fault) || !scene.oldest->cr2 ||
        *scene.oldest->cr2 >= ::memory::low_memory_size)
        return {};
    return scene.oldest->cr2;
}

std::optional<Explanation> identity_map_wrong_place(const Scene& scene) {
    const auto seen = low_map_of_an_ap(scene);
    if (!seen || !seen->page || seen->page->physical.raw == seen->page->address.raw)
        return {};
    return Explanation{
        .cause = fmt::format("CPU {}'s tables map {} to physical {:#x}, not to itself.",
                             seen->cpu->cpu, range(*seen->page), seen->page->physical.raw),
        .cpu = seen->cpu->cpu};
}

std::optional<Explanation> identity_map_wrong_entry(const Scene& scene) {
    const auto seen = low_map_of_an_ap(scene);
    if (!seen || seen->page)
        return {};
    const auto page = std::ranges::find_if(seen->map->pages, [](const MappedPage& each) {
        return each.physical.raw == 0 && each.address.raw != 0;
    });
    if (page == seen->map->pages.end())
        return {};
    return Explanation{
        .cause = fmt::format("CPU {}'s tables map {} to physical 0, and 0x8000 not at all.",
                             seen->cpu->cpu, range(*page)),
        .cpu = seen->cpu->cpu};
}

std::optional<Explanation> identity_map_partial(const Scene& scene) {
    const auto seen = low_map_of_an_ap(scene);
    const auto address = low_address(scene);
    if (!seen || !address || scene.page_fault_with(x86::page_fault::p) ||
        seen->map->pages.empty() || page_at(*seen->map, *address))
        return {};
    return Explanation{fmt::format("CPU {} needed {:#x}, and its tables map only {}{} there.",
                                   seen->cpu->cpu, *address, range(seen->map->pages.front()),
                                   seen->map->pages.size() > 1 ? " and more" : "")};
}

std::optional<Explanation> identity_map_read_only(const Scene& scene) {
    using x86::page_fault::p, x86::page_fault::w;
    const auto seen = low_map_of_an_ap(scene);
    const bool refused = low_address(scene) && scene.page_fault_with(p | w);
    if (!seen || !seen->page || seen->page->writable || (scene.oldest && !refused))
        return {};
    const std::string where = entries(scene, &x86::PageEntry::writable, false);
    return Explanation{
        .cause = fmt::format("CPU {}'s tables map {} read-only{}.", seen->cpu->cpu,
                             range(*seen->page), where.empty() ? "" : ": W is clear in " + where),
        .compare = {Register::cr0},
        .cpu = seen->cpu->cpu};
}

std::optional<Explanation> identity_map_no_execute(const Scene& scene) {
    const auto seen = low_map_of_an_ap(scene);
    if (!seen || !seen->page || seen->page->executable || !scene.fetch_fault() || !low_walk(scene))
        return {};
    return Explanation{
        .cause =
            fmt::format("CPU {}'s tables map {} no-execute: bit 63 is set in {}.", seen->cpu->cpu,
                        range(*seen->page), entries(scene, &x86::PageEntry::no_execute, true)),
        .compare = {Register::efer}};
}

std::optional<Explanation> identity_map_user(const Scene& scene) {
    const auto seen = low_map_of_an_ap(scene);
    if (!seen || !seen->page || !seen->page->user || scene.oldest)
        return {};
    return Explanation{.cause = fmt::format("CPU {}'s tables let ring 3 write and execute {}.",
                                            seen->cpu->cpu, range(*seen->page)),
                       .cpu = seen->cpu->cpu};
}

std::optional<Explanation> identity_map_too_much(const Scene& scene) {
    if (const auto entry = evidence::strange_root_entry(scene.evidence);
        entry && !scene.oldest && scene.judges(labs::identity_map))
        return Explanation{.cause = fmt::format("PML4[{}] of the kernel's root is filled as well: "
                                                "through it, on every CPU, addresses lead "
                                                "somewhere, and the kernel has not mapped them.",
                                                *entry),
                           .cpu = 0};
    if (const auto& open = scene.evidence.laid_open;
        open && open->page.address.raw >> 63 != 0 && scene.judges(labs::identity_map))
        return Explanation{.cause = fmt::format("The kernel's tables map {} as well, {}.",
                                                range(open->page), open->how),
                           .cpu = 0};
    const auto seen = low_map_of_an_ap(scene);
    if (!seen || scene.oldest || seen->map->pages.empty())
        return {};
    const auto above = std::ranges::find_if(seen->map->pages, [](const MappedPage& page) {
        return page.address.raw >= ::memory::low_memory_size;
    });
    const MappedPage& last = seen->map->pages.back();
    const auto count = seen->map->pages.end() - above;
    if (count == 0 || last.size > x86::huge_page_size)
        return {};
    return Explanation{
        .cause = fmt::format(
            "CPU {}'s tables map more than 0..0x1fffff: {} as well.", seen->cpu->cpu,
            count == 1 ? range(last)
            : seen->map->complete
                ? fmt::format("{} pages from {:#x} to {:#x}", count, above->address.raw,
                              last.address.raw + last.size - 1)
                : fmt::format("more than {} pages from {:#x} on", count, above->address.raw)),
        .cpu = seen->cpu->cpu};
}

std::optional<Explanation> identity_map_not_one_page(const Scene& scene) {
    const auto seen = low_map_of_an_ap(scene);
    if (!seen || scene.oldest || (seen->map->pages.size() < 2 && seen->map->complete))
        return {};
    return Explanation{
        .cause = fmt::format("CPU {}'s tables map low memory with {}{} pages, not with one.",
                             seen->cpu->cpu, seen->map->complete ? "" : "more than ",
                             seen->map->pages.size()),
        .cpu = seen->cpu->cpu};
}

std::optional<Explanation> kernel_map_overwritten(const Scene& scene) {
    if (!scene.judges(labs::identity_map) || !scene.cpu || scene.cpu != scene.bsp ||
        !scene.raised(ExceptionVector::page_fault) || scene.page_fault_with(x86::page_fault::p) ||
        !scene.walk() || scene.walk()->address < ::memory::direct_map_base)
        return {};
    const x86::WalkStep& top = scene.walk()->taken().front();
    const x86::WalkStep& last = scene.walk()->last();
    const bool own = is_a_frame_of_lab_1(scene, top.entry.address().raw);
    const bool empty = scene.evidence.root_entries.empty() && top.entry.raw == 0;
    return Explanation{
        .cause = fmt::format("The BSP used an address that the kernel's half does not map: {}.",
                             empty ? "the whole root is empty now"
                             : own ? fmt::format("{} leads to a table of yours now", name_of(top))
                                   : fmt::format("{} is {:#x} now", name_of(last), last.entry.raw)),
        .detail =
            empty ? "To assign to a `PageTable&` copies a table over the one that it refers to; a "
                    "pointer can be made to lead to another."
            : !own && last.level != x86::PageLevel::pml4
                ? "That is in a table of the kernel's: it was written to, or the address never "
                  "was mapped."
                : ""};
}

std::optional<Explanation> page_table_empty(const Scene& scene) {
    const x86::PageWalk* walk = low_walk(scene);
    if (!walk || walk->outcome != x86::WalkOutcome::not_present || walk->last().entry.raw != 0 ||
        walk->step_count < 2)
        return {};
    const x86::WalkStep& above = walk->steps[walk->step_count - 2];
    return Explanation{fmt::format(
        "CPU {}'s walk ends at {}, which is 0: {} leads to that table, at {:#x}.", scene.cpu->cpu,
        name_of(walk->last()), name_of(above), above.entry.address().raw)};
}

}  // namespace

const RuleList identity_map_rules{
    {"identity-map-wrong-place", identity_map_wrong_place},
    {"identity-map-wrong-entry", identity_map_wrong_entry},
    {"identity-map-partial", identity_map_partial},
    {"identity-map-read-only", identity_map_read_only},
    {"identity-map-no-execute", identity_map_no_execute},
    {"identity-map-user", identity_map_user},
    {"identity-map-too-much", identity_map_too_much},
    {"identity-map-not-one-page", identity_map_not_one_page},
    {"kernel-map-overwritten", kernel_map_overwritten},
    {"page-table-empty", page_table_empty},
};

}  // namespace diagnosis::rules
