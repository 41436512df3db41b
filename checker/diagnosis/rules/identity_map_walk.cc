// Lab 1: one entry that is wrong on the way from the root to the page, by the walk of an address
// that an AP could not reach.
#include <algorithm>
#include <bit>
#include <fmt/format.h>
#include <iterator>

#include "checker/diagnosis/low_map.h"
#include "checker/diagnosis/operand.h"
#include "checker/diagnosis/rules/rules.h"
#include "memory/layout.h"
#include "trampoline/mailbox.h"

namespace diagnosis::rules {

namespace {

using x86::PageEntry;
using x86::PageLevel;
using x86::WalkStep;

constexpr unsigned first_address_bit = std::countr_zero(PageEntry::address_bits);

// The step whose entry leads to a table at physical 0.
const WalkStep* step_to_zero(const x86::PageWalk* walk) {
    if (!walk)
        return nullptr;
    const auto steps = walk->taken();
    const auto found = std::ranges::find_if(steps, [](const WalkStep& step) {
        return step.level != PageLevel::pt && step.entry.present() && !step.entry.huge() &&
               step.entry.address().raw == 0;
    });
    return found == steps.end() ? nullptr : &*found;
}

// The step that leads to a table which the walk has already read.
const WalkStep* step_back(const x86::PageWalk& walk) {
    const auto steps = walk.taken();
    for (std::size_t i = 0; i + 1 < steps.size(); ++i)
        for (std::size_t before = 0; before <= i; ++before)
            if (x86::align_down(steps[before].entry_address, x86::page_size) ==
                steps[i].entry.address())
                return &steps[i];
    return nullptr;
}

// By a wrong address.
std::optional<Explanation> page_entry_at_zero(const Scene& scene) {
    const WalkStep* step = step_to_zero(low_walk(scene));
    if (!step || step->level == PageLevel::pd)
        return {};
    return Explanation{fmt::format("CPU {}'s walk goes on from {} to a table at physical 0.",
                                   scene.cpu->cpu, name_of(*step))};
}

// From a page directory of lab 1's to what is none of its frames: the page itself was meant.
std::optional<Explanation> page_size_missing(const Scene& scene) {
    const x86::PageWalk* walk = low_walk(scene);
    if (!walk || walk->outcome == x86::WalkOutcome::mapped)
        return {};
    const auto steps = walk->taken();
    const auto step = std::ranges::find(steps, PageLevel::pd, &WalkStep::level);
    const auto is_lab_1s = [&](const WalkStep& each) {
        return is_a_frame_of_lab_1(scene, each.entry.address().raw);
    };
    if (step == steps.end() || !step->entry.present() || step->entry.huge() || is_lab_1s(*step) ||
        !is_lab_1s(*std::prev(step)))
        return {};
    return Explanation{
        fmt::format("CPU {}'s walk goes on from {} to a page table at physical "
                    "{:#x}: PS is clear.",
                    scene.cpu->cpu, name_of(*step), step->entry.address().raw)};
}

std::optional<Explanation> page_table_loop(const Scene& scene) {
    const x86::PageWalk* walk = low_walk(scene);
    const WalkStep* step = walk ? step_back(*walk) : nullptr;
    if (!step)
        return {};
    return Explanation{
        fmt::format("CPU {}'s walk goes in a circle: {} leads to a table that it has come from.",
                    scene.cpu->cpu, name_of(*step))};
}

std::optional<Explanation> page_table_nowhere(const Scene& scene) {
    const x86::PageWalk* walk = low_walk(scene);
    if (!walk || walk->outcome != x86::WalkOutcome::unreadable || walk->step_count < 2)
        return {};
    const WalkStep& step = walk->steps[walk->step_count - 2];
    return Explanation{
        fmt::format("CPU {}'s walk goes on from {} to a table at {:#x}, where there is no memory.",
                    scene.cpu->cpu, name_of(step), step.entry.address().raw)};
}

// What the address of a frame tells that lab 1 was not given.
std::string_view what_frame_that_is(std::uint64_t frame) {
    if (frame == trampoline::page_address)
        return "That is the trampoline's page: what stands there now is its code.";
    if (frame < ::memory::low_memory_size)
        return "`frames.allocate()` gives none below 2 MiB: those are for the APs' first stacks.";
    return "What lies there now may be somebody else's: the kernel gives a frame again once it has "
           "been freed, and one that was never asked for it may have given already.";
}

// The table that this step leads to is one of the direct map's, at the same level.
bool is_the_direct_maps(const Scene& scene, const WalkStep& step) {
    return std::ranges::any_of(scene.evidence.direct_map.taken(), [&](const WalkStep& its) {
        return its.level == step.level && its.entry.present() &&
               its.entry.address() == step.entry.address();
    });
}

// A table in memory that the kernel uses for something else: what the walk reads there from then on
// means nothing.
std::optional<Explanation> page_table_not_allocated(const Scene& scene) {
    const x86::PageWalk* walk = low_walk(scene);
    const auto seen = low_map_of_an_ap(scene);
    if (!scene.oldest && seen && !seen->map->tables.empty())
        return Explanation{
            .cause = fmt::format("The way to 0x8000 goes by a table at {:#x}, in memory that lab 1 "
                                 "was not given.",
                                 seen->map->tables.front()),
            .detail = std::string{what_frame_that_is(seen->map->tables.front())},
            .cpu = seen->cpu->cpu};
    if (!walk || !scene.evidence.low_map_frames)
        return {};
    const auto above = walk->taken().first(walk->step_count - 1u);
    const auto step = std::ranges::find_if(above, [&](const WalkStep& each) {
        return !is_a_frame_of_lab_1(scene, each.entry.address().raw);
    });
    if (step == above.end())
        return {};
    const bool shared = is_the_direct_maps(scene, *step);
    if (walk->outcome == x86::WalkOutcome::mapped && !shared)
        return {};
    const std::uint64_t table = step->entry.address().raw;
    return Explanation{
        .cause = fmt::format("{} leads to a table at {:#x}, {}.", name_of(*step), table,
                             shared ? "which is the direct map's"
                                    : "a frame that lab 1 has freed, or never asked for"),
        .detail = shared ? "The direct map has all RAM, and nothing in it may be executed."
                         : std::string{what_frame_that_is(table)}};
}

std::optional<Explanation> page_entry_virtual(const Scene& scene) {
    const x86::PageWalk* walk = low_walk(scene);
    if (!walk || walk->outcome != x86::WalkOutcome::reserved_bit ||
        walk->last().entry.raw < ::memory::direct_map_base.raw ||
        is_negative(walk->last().entry.raw, first_address_bit))
        return {};
    return about(*scene.cpu, "met a virtual address in {}: {:#x}.", name_of(walk->last()),
                 walk->last().entry.raw);
}

std::optional<Explanation> page_entry_not_present(const Scene& scene) {
    const x86::PageWalk* walk = low_walk(scene);
    if (!walk || walk->outcome != x86::WalkOutcome::not_present || walk->last().entry.raw == 0 ||
        step_to_zero(walk))
        return {};
    return Explanation{fmt::format("CPU {}'s walk ends at {}, which is filled in, but not present.",
                                   scene.cpu->cpu, name_of(walk->last()))};
}

std::optional<Explanation> huge_page_wrong_level(const Scene& scene) {
    const x86::PageWalk* walk = low_walk(scene);
    const bool refused = walk && walk->outcome == x86::WalkOutcome::reserved_bit &&
                         walk->last().level >= PageLevel::pdpt && walk->last().entry.huge() &&
                         walk->last().entry.raw < ::memory::direct_map_base.raw &&
                         !step_to_zero(walk);
    const auto seen = low_map_of_an_ap(scene);
    const bool mapped = seen && std::ranges::any_of(seen->map->pages, [](const auto& page) {
                            return page.size > x86::huge_page_size;
                        });
    if (refused)
        return about(*scene.cpu, "met PS in {}: {}.", name_of(walk->last()),
                     walk->last().level == PageLevel::pdpt
                         ? "so it is a page of 1 GiB, and its address is no multiple of that"
                         : "no page can be there");
    if (!mapped)
        return {};
    return Explanation{.cause = fmt::format("CPU {}'s tables map low memory with a page of 1 GiB.",
                                            seen->cpu->cpu),
                       .cpu = seen->cpu->cpu};
}

// What is left of reserved bits on the way of an address that lab 1 maps.
std::optional<Explanation> page_entry_reserved(const Scene& scene) {
    const x86::PageWalk* walk = low_walk(scene);
    if (!walk || walk->outcome != x86::WalkOutcome::reserved_bit || !walk->last().entry.present() ||
        walk->reserved_bits == PageEntry::no_execute_bit || step_to_zero(walk))
        return {};
    const PageEntry entry = walk->last().entry;
    const bool negative = is_negative(entry.raw, first_address_bit);
    const bool page = walk->last().level == PageLevel::pd && entry.huge();
    return Explanation{
        .cause = fmt::format("CPU {} met {} = {:#x}, whose bit {} is reserved.{}", scene.cpu->cpu,
                             name_of(walk->last()), entry.raw, walk->reserved_bit(),
                             negative ? " All bits of the address are 1."
                             : page   ? " The address of a 2 MiB page is a multiple of 2 MiB."
                                      : ""),
        .detail = negative ? "A number below 0 looks so when it is widened to 64 bits: a "
                             "one-bit field of type `int` holds 0 or -1, and never 1."
                           : "",
        .advice = negative ? "Make the flags out of unsigned numbers." : ""};
}

}  // namespace

const RuleList identity_map_walk_rules{
    {"page-size-missing", page_size_missing},
    {"page-entry-at-zero", page_entry_at_zero},
    {"page-table-loop", page_table_loop},
    {"page-table-nowhere", page_table_nowhere},
    {"page-table-not-allocated", page_table_not_allocated},
    {"page-entry-virtual", page_entry_virtual},
    {"huge-page-wrong-level", huge_page_wrong_level},
    {"page-entry-reserved", page_entry_reserved},
    {"page-entry-not-present", page_entry_not_present},
};

}  // namespace diagnosis::rules
