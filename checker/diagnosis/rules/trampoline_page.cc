// Lab 3, the BSP's half: the page at 0x8000 and the mailbox at its end.
#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <span>

#include "checker/diagnosis/cpus.h"
#include "checker/diagnosis/rules/rules.h"
#include "checker/diagnosis/seam_code.h"
#include "checker/diagnosis/tables.h"
#include "checker/evidence/words.h"
#include "memory/layout.h"

namespace diagnosis::rules {

namespace {

using evidence::TrampolinePage;

// Where a message begins that is not where the mailbox is: in the page known by its entry, which
// stands nowhere else; elsewhere whole.
std::optional<std::uint64_t> message_elsewhere(const TrampolinePage& both) {
    if (both.entry == 0 || mailbox_in(both).entry == both.entry)
        return {};
    const auto entry = std::as_bytes(std::span{&both.entry, 1});
    const auto found = std::search(both.page.begin(), both.page.end(), entry.begin(), entry.end());
    const auto offset = static_cast<std::size_t>(found - both.page.begin());
    return found == both.page.end() || offset < offsetof(trampoline::Mailbox, entry)
               ? both.message_at
               : std::optional{trampoline::page_address + offset -
                               offsetof(trampoline::Mailbox, entry)};
}

std::optional<Explanation> mailbox_misplaced(const Scene& scene) {
    const auto found = scene.page ? message_elsewhere(*scene.page) : std::nullopt;
    const Cpu* cpu = scene.cpu ? scene.cpu : silent_ap(scene);
    if (!scene.judges(labs::trampoline) || !found || !cpu || cpu->cpu == 0 ||
        evidence::reached(*cpu, 'R') || message_was_there(scene.evidence))
        return {};
    return Explanation{
        .cause = fmt::format("CPU {}'s message lies at {:#x}, and the mailbox is at {:#x}.",
                             cpu->cpu, *found, trampoline::mailbox_address),
        .cpu = cpu->cpu};
}

// An AP died in the trampoline, or never left a letter.
bool started_and_failed(const Scene& scene) {
    return scene.cpu ? scene.cpu->cpu != 0 && !scene.reached('R') : silent_ap(scene) != nullptr;
}

// For a page that has a part of the trampoline.
std::string started_beside_it(unsigned cpu, std::uint64_t where) {
    return fmt::format(
        "CPU {} was started, and at {:#x} the page is not the trampoline: it was "
        "copied in part, or changed.",
        cpu, where);
}

// The APs came through all the same.
std::optional<Explanation> page_changed(const Scene& scene) {
    const auto* late = flaw(scene, judgement::CommandFlaw::Kind::page_late);
    const auto where = scene.page ? code_differs(*scene.page) : std::nullopt;
    if (!late || !where || started_and_failed(scene) || (scene.cpu && scene.cpu == scene.bsp))
        return {};
    return Explanation{.cause = started_beside_it(late->cpu, *where),
                       .cpu = late->cpu,
                       .exhibits = {page_exhibit(*scene.page, *where & ~15u)}};
}

// Of what is not zero there anyway.
bool has_tables_before(const TrampolinePage& both, std::uint64_t address) {
    const auto tables =
        std::span{both.image}.subspan(trampoline::tables_address - trampoline::page_address);
    return std::ranges::any_of(tables.first(address - trampoline::tables_address),
                               [](std::byte each) { return each != std::byte{}; });
}

// From there on hardly a byte of the code is there.
bool is_missing_from(std::uint64_t address, const TrampolinePage& both) {
    std::size_t same = 0, other = 0;
    for (std::size_t at = address - trampoline::page_address;
         at < trampoline::stack_bottom - trampoline::page_address; ++at)
        if (both.image[at] != std::byte{})  // as what follows the code is
            ++(both.page[at] == both.image[at] ? same : other);
    return same < other;
}

std::optional<Explanation> page_not_copied(const Scene& scene) {
    if (!scene.judges(labs::trampoline) || !scene.page || !started_and_failed(scene))
        return {};
    const auto code = code_differs(*scene.page);
    const auto where = code ? code : tables_differ(*scene.page);
    if (page_was_there(scene.evidence))
        return {};
    // Where nobody was woken, nobody misses the page.
    const Cpu* cpu = scene.cpu ? scene.cpu : silent_ap(scene);
    if (!where || still_waits(scene, *cpu))
        return {};
    const bool whole = !code || is_missing_from(*where, *scene.page);
    return Explanation{
        .cause = whole ? fmt::format("CPU {} was started, and from {:#x} on the page is not the "
                                     "trampoline.",
                                     cpu->cpu, *where)
                       : started_beside_it(cpu->cpu, *where),
        .detail = code ? where_it_halted(*cpu)
                  : has_tables_before(*scene.page, *where)
                      ? "Here the code is there, and its tables in part."
                      : "Here the code is there, and the tables behind it are not.",
        .cpu = cpu->cpu,
        .exhibits = {page_exhibit(*scene.page, *where & ~15u)}};
}

std::optional<Explanation> mailbox_missing(const Scene& scene) {
    if (!scene.page || code_differs(*scene.page) || !scene.cpu || scene.cpu->cpu == 0 ||
        !scene.oldest || !scene.registers() || scene.registers()->control.cr3 != 0 ||
        scene.reached('R') || !scene.reached('p'))
        return {};  // nobody reads it in real mode
    const trampoline::Mailbox found = mailbox_in(*scene.page);
    if (found.entry != 0 || found.stack_top != 0 || found.bsp.cr3 != 0)
        return {};
    return about(*scene.cpu, "found no message: the mailbox at {:#x} is empty.",
                 trampoline::mailbox_address);
}

// What is wrong in the mailbox, field by field: "entry 0x0 (ap_entry64 is at 0xffffffff80111450)".
std::vector<std::string> wrong_fields(const Scene& scene, const Cpu& cpu,
                                      const trampoline::Mailbox& found) {
    std::vector<std::string> wrong;
    const auto compare = [&](std::string_view name, std::uint64_t is, std::uint64_t should) {
        if (is != should)
            wrong.push_back(fmt::format("{} is {:#x} instead of {:#x}", name, is, should));
    };
    const auto compare_state = [&](const x86::ControlState& should) {
        compare("bsp.cr0", found.bsp.cr0.raw, should.cr0.raw);
        compare("bsp.cr3", found.bsp.cr3, should.cr3);
        compare("bsp.cr4", found.bsp.cr4.raw, should.cr4.raw);
        compare("bsp.efer", found.bsp.efer.raw, should.efer.raw);
    };
    if (const auto& message = scene.evidence.message; message && message->cpu == cpu.cpu) {
        compare_state(message->bsp);
        compare("stack_top", found.stack_top, message->stack_top);
        compare("entry", found.entry, message->entry);
        compare("cpu", found.cpu, message->cpu);
        compare("lapic_id", found.lapic_id, message->lapic_id);
        if (found.stack_top == message->entry && found.entry == message->stack_top)
            wrong.insert(wrong.begin(), "stack_top and entry have each other's value");
        return wrong;
    }
    if (const Registers* bsp = scene.bsp_registers(); bsp && awake(*scene.bsp))
        compare_state(bsp->control);
    if (found.stack_top == 0 || found.stack_top > ::memory::low_memory_size)
        wrong.push_back(fmt::format("stack_top is {:#x}", found.stack_top));
    compare("entry", found.entry, scene.evidence.trampoline->entry);
    compare("cpu", found.cpu, cpu.cpu);
    compare("lapic_id", found.lapic_id, cpu.apic_id);
    return wrong;
}

// The AP that was being started when something went wrong.
const Cpu* ap_in_trouble(const Scene& scene) {
    if (scene.cpu && scene.cpu->cpu != 0 && scene.cpu->handshake != evidence::Handshake::online)
        return scene.cpu;
    if (const Cpu* cpu = ap_being_started(scene))
        return cpu;
    const auto& message = scene.evidence.message;
    return message && all_came_up(scene) && message->cpu < scene.evidence.cpus.size()
               ? &scene.evidence.cpus[message->cpu]
               : nullptr;
}

std::vector<Exhibit> exhibit(const std::vector<std::string>& wrong) {
    std::vector<Exhibit> shown;
    if (wrong.size() > 1)
        shown.push_back({.label = "mailbox", .lines = wrong});
    return shown;
}

// It was there when the SIPI was sent. An AP that runs anywhere may write anywhere.
std::optional<Explanation> mailbox_overwritten(const Scene& scene) {
    const Cpu* cpu = ap_in_trouble(scene);
    const bool judged = scene.judges(labs::trampoline) || scene.judges(labs::long_mode) ||
                        scene.judges(labs::nx_wp);
    if (!judged || !scene.page || !cpu || !scene.evidence.message ||
        scene.evidence.message->cpu != cpu->cpu || code_differs(*scene.page) ||
        !message_differs(scene.evidence).value_or(false) || !message_was_there(scene.evidence))
        return {};
    const Location& where = scene.oldest ? scene.oldest->where : cpu->where;
    const std::vector<std::string> wrong = wrong_fields(scene, *cpu, mailbox_in(*scene.page));
    if (wrong.empty() || (!in_trampoline(where.address) && where.symbol.empty()))
        return {};
    const auto store = writes_message(scene);
    return Explanation{
        .cause = fmt::format("The mailbox held the message for CPU {} when its SIPI was sent, and "
                             "was overwritten since: {}.",
                             cpu->cpu, wrong.front()),
        .detail = store ? fmt::format("Line {} of {} writes there.", store->line, store->file) : "",
        .cpu = cpu->cpu,
        .exhibits = exhibit(wrong)};
}

// One word of four bytes again and again, as no code is.
bool is_a_pattern(const TrampolinePage& both) {
    const auto code =
        std::span{both.page}.first(trampoline::stack_bottom - trampoline::page_address);
    return std::ranges::equal(code.subspan(4), code.first(code.size() - 4));
}

// An AP that went astray may have written there, too, but not this.
std::optional<Explanation> page_overwritten(const Scene& scene) {
    const Cpu* cpu = ap_in_trouble(scene);
    if (!scene.judges(labs::trampoline) || !scene.page || !cpu || !code_differs(*scene.page) ||
        !is_a_pattern(*scene.page) || !page_was_there(scene.evidence) || !took_a_sipi(scene, *cpu))
        return {};
    auto found = about(*cpu,
                       "lost the page that it was started at: the trampoline was at {:#x} "
                       "when its SIPI was sent, and something else is there now.",
                       trampoline::page_address);
    found.exhibits = {page_exhibit(*scene.page, trampoline::page_address)};
    return found;
}

std::optional<Explanation> mailbox_incomplete(const Scene& scene) {
    const Cpu* cpu = ap_in_trouble(scene);
    if (!scene.judges(labs::trampoline) || !scene.page || !cpu || code_differs(*scene.page) ||
        !evidence::started(*cpu) || !took_a_sipi(scene, *cpu) ||
        (scene.oldest && scene.in_seam(scene.oldest->where)))
        return {};
    const std::vector<std::string> wrong =
        wrong_fields(scene, *cpu, evidence::mailbox_in(*scene.page));
    if (wrong.empty())
        return {};
    return Explanation{.cause = fmt::format("The mailbox is not the message for CPU {}: {}.",
                                            cpu->cpu, wrong.front()),
                       .cpu = cpu->cpu,
                       .exhibits = exhibit(wrong)};
}

std::optional<Explanation> mailbox_after_sipi(const Scene& scene) {
    const auto* found = flaw(scene, judgement::CommandFlaw::Kind::message_late);
    if (!found || !scene.page || (scene.cpu && scene.cpu == scene.bsp) ||
        message_differs(scene.evidence).value_or(false))
        return {};
    // At last it was there, for this AP or the next; else it is named by what it lacks.
    const trampoline::Mailbox now = evidence::mailbox_in(*scene.page);
    if (now.cpu < found->cpu || now.entry != scene.page->entry)
        return {};
    const unsigned had = found->command->page.message_for;
    return Explanation{
        .cause = fmt::format("When the SIPI for CPU {} was sent, the mailbox had {}.", found->cpu,
                             had == 0 ? "no message" : fmt::format("the message for CPU {}", had)),
        .cpu = found->cpu};
}

std::optional<Explanation> page_after_sipi(const Scene& scene) {
    const auto* found = flaw(scene, judgement::CommandFlaw::Kind::page_late);
    if (!found || !scene.page || code_differs(*scene.page) || tables_differ(*scene.page))
        return {};
    return Explanation{
        .cause = fmt::format(
            "When the SIPI for CPU {} was sent, the trampoline did not yet lie at {:#x}.",
            found->cpu, trampoline::page_address),
        .cpu = found->cpu};
}

std::optional<Explanation> mailbox_of_another(const Scene& scene) {
    if (!scene.judges(labs::trampoline))
        return {};
    for (const Cpu& cpu : scene.evidence.cpus)
        if (const Cpu* owner = owner_of_its_record(scene, cpu);
            owner && !was_never_started(scene, *owner))
            return about(cpu, "read the message for CPU {}, which runs already.", owner->cpu);
    return {};
}

}  // namespace

const RuleList trampoline_page_rules{
    {"mailbox-of-another", mailbox_of_another},   {"page-after-sipi", page_after_sipi},
    {"mailbox-misplaced", mailbox_misplaced},     {"page-overwritten", page_overwritten},
    {"mailbox-overwritten", mailbox_overwritten}, {"mailbox-missing", mailbox_missing},
    {"page-not-copied", page_not_copied},         {"page-not-copied", page_changed},
    {"mailbox-after-sipi", mailbox_after_sipi},   {"mailbox-incomplete", mailbox_incomplete},
};

}  // namespace diagnosis::rules
