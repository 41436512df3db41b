#include "checker/report/html_walk.h"

#include <array>
#include <fmt/format.h>

#include "checker/diagnosis/exhibits.h"

namespace report {

namespace {

using x86::PageEntry;
using x86::PageWalk;
using x86::WalkOutcome;
using x86::WalkStep;

struct Named {
    unsigned bit;
    std::string_view name, meaning;
};

constexpr auto named_bits = std::to_array<Named>({
    {63, "NX", "no execute; reserved unless EFER.NXE"},
    {8, "G", "global"},
    {7, "PS", "a page here, not a table"},
    {6, "D", "dirty: written to"},
    {5, "A", "accessed"},
    {4, "PCD", "cache disabled"},
    {3, "PWT", "write-through"},
    {2, "U", "ring 3 may use it"},
    {1, "W", "writable"},
    {0, "P", "present"},
});

static_assert(PageEntry::no_execute_bit == x86::bit(named_bits[0].bit));
static_assert(PageEntry::huge_bit == x86::bit(named_bits[2].bit));
static_assert(PageEntry::present_bit == x86::bit(named_bits[9].bit));

const Named* named(unsigned bit) {
    for (const Named& each : named_bits)
        if (each.bit == bit)
            return &each;
    return nullptr;
}

// The bits of the last entry that ended the walk.
std::uint64_t offending(const PageWalk& walk) {
    switch (walk.outcome) {
        case WalkOutcome::reserved_bit:
            return walk.reserved_bits;
        case WalkOutcome::not_present:
            return PageEntry::present_bit;
        default:
            return 0;
    }
}

std::string fate(const PageWalk& walk, const WalkStep& step) {
    if (&step != &walk.last())
        return "leads on";
    switch (walk.outcome) {
        case WalkOutcome::mapped:
            return "\u2713 maps the page";
        case WalkOutcome::not_present:
            return "\u2715 not present";
        case WalkOutcome::reserved_bit:
            return fmt::format("\u2715 bit {} is reserved", walk.reserved_bit());
        case WalkOutcome::unreadable:
            return "\u2715 no memory there";
        case WalkOutcome::not_canonical:
            break;
    }
    return "";
}

// A table as a column of 512 places, with the one that was read. Decoration: the text says it too.
void draw_table(Element& box, unsigned index) {
    Element drawing = box.add("svg", "table-picture");
    drawing.set("xmlns", "http://www.w3.org/2000/svg")
        .set("viewBox", "0 0 44 72")
        .set("aria-hidden", "true");
    drawing.add("rect", "frame").set("x", "1").set("y", "1").set("width", "42").set("height", "70");
    for (unsigned i = 1; i < 8; ++i)
        drawing.add("path", "rule").set("d", fmt::format("M1 {:.2f}h42", 1 + i * 70.0 / 8));
    constexpr double slot = 6;
    drawing.add("rect", "slot")
        .set("x", "1")
        .set("y", fmt::format("{:.2f}", 1 + index * (70 - slot) / 511))
        .set("width", "42")
        .set("height", fmt::format("{}", slot));
}

void add_flags(Element& box, PageEntry entry, std::uint64_t bad) {
    Element flags = box.add("p", "flags");
    for (const unsigned bit : {0u, 1u, 2u, 7u, 63u}) {
        const bool set = (entry.raw >> bit & 1) != 0;
        const bool is_bad = (bad >> bit & 1) != 0;
        flags
            .add("span", is_bad ? "bad" : (set ? "set" : "clear"),
                 fmt::format("{}{} {}", is_bad ? "\u2715" : "", named(bit)->name, set ? 1 : 0))
            .set("title", named(bit)->meaning);
        flags.text(" ");
    }
}

void add_step(Element& path, const PageWalk& walk, const WalkStep& step) {
    const bool last = &step == &walk.last();
    const bool good = walk.outcome == WalkOutcome::mapped;
    Element box = path.add("li", !last ? "" : (good ? "arrives" : "breaks"));
    draw_table(box, step.index);
    Element words = box.add("div");
    words.add("h4", "", fmt::format("{}[{}]", x86::name(step.level), step.index));
    if (last && walk.outcome == WalkOutcome::unreadable) {
        words.add("p", "mono", fmt::format("at {:#x}", step.entry_address.raw));
    } else {
        words.add("p", "mono", fmt::format("{:#018x}", step.entry.raw));
        add_flags(words, step.entry, last ? offending(walk) : 0);
    }
    words.add("p", "tag", fate(walk, step));
}

// From bit 63 down, in four groups of 16 that a narrow page can put below each other.
void add_strip(Element& parent, PageEntry entry, std::uint64_t bad) {
    Element strip = parent.add("div", "strip");
    strip.set("role", "img")
        .set("aria-label",
             fmt::format("The 64 bits of {:#018x}; the list below names them", entry.raw));
    for (int group = 3; group >= 0; --group) {
        Element cells = strip.add("div", "bits");
        for (int i = 15; i >= 0; --i) {
            const auto bit = static_cast<unsigned>(group * 16 + i);
            const bool set = (entry.raw >> bit & 1) != 0;
            const bool is_bad = (bad >> bit & 1) != 0;
            const bool address = (PageEntry::address_bits >> bit & 1) != 0;
            const Named* name = named(bit);
            Element cell = cells.add("span", is_bad    ? "bit bad"
                                             : address ? "bit address"
                                             : set     ? "bit set"
                                                       : "bit");
            cell.add("i", "", i % 4 == 3 || i == 0 ? fmt::format("{}", bit) : "");
            cell.add("b", "", set ? "1" : "0");
            const std::string label{name && name->name.size() <= 2 ? name->name : ""};
            cell.add("u", "", is_bad ? "\u2715" + label : label);
        }
    }
}

void add_legend(Element& parent, PageEntry entry, std::uint64_t bad) {
    Element list = parent.add("ul", "legend");
    for (unsigned bit = 64; bit-- > 0;) {
        const bool set = (entry.raw >> bit & 1) != 0;
        const bool is_bad = (bad >> bit & 1) != 0;
        const Named* name = named(bit);
        if (!is_bad && (!set || !name))
            continue;
        Element item = list.add("li", is_bad ? "bad" : "");
        item.add("b", "",
                 fmt::format("{}bit {}{}{} = {}", is_bad ? "\u2715 " : "", bit, name ? " " : "",
                             name ? name->name : "", set ? 1 : 0));
        if (name)
            item.text(fmt::format(" {}", name->meaning));
    }
    list.add("li", "", "")
        .add("b", "", "bits 51\u201312")
        .text(fmt::format(" address {:#x}", entry.address().raw));
}

std::string indices(const PageWalk& walk) {
    const std::uint64_t address = walk.address.raw;
    std::string text = fmt::format("{:#018x} =", address);
    for (const auto level :
         {x86::PageLevel::pml4, x86::PageLevel::pdpt, x86::PageLevel::pd, x86::PageLevel::pt})
        text += fmt::format(" {} {} \u00b7", x86::name(level), x86::index_of(walk.address, level));
    return text + fmt::format(" offset {:#x}", address % x86::page_size);
}

}  // namespace

void add_walk(Element& parent, const PageWalk& walk) {
    Element section = parent.add("section", "part");
    section.add("h3", "", "The page walk that failed");
    if (walk.step_count == 0) {
        section.add("p", "",
                    fmt::format("{:#018x} is no canonical address: there is no walk for it.",
                                walk.address.raw));
        return;
    }
    section.add("p", "mono", indices(walk));
    Element figure = section.add("figure");
    Element path = figure.add("ol", "walk");
    for (const WalkStep& step : walk.taken())
        add_step(path, walk, step);
    figure.add("figcaption", "", diagnosis::describe_walk(walk).back());
    if (walk.outcome == WalkOutcome::unreadable)
        return;
    add_strip(section, walk.last().entry, offending(walk));
    add_legend(section, walk.last().entry, offending(walk));
}

}  // namespace report
