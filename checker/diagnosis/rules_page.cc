// Lab 3, the BSP's half: the page at 0x8000 and the mailbox at its end.
#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <span>

#include "checker/diagnosis/exhibits_tables.h"
#include "checker/diagnosis/rules.h"
#include "checker/diagnosis/start.h"
#include "checker/evidence/questions.h"

namespace diagnosis {

namespace {

using evidence::Cpu;
using evidence::TrampolinePage;

// Where in the page a message begins that is not where the mailbox is: known by its entry, which
// stands nowhere else.
std::optional<std::uint64_t> message_elsewhere(const TrampolinePage& both) {
    if (both.entry == 0 || mailbox_in(both).entry == both.entry)
        return {};
    const auto entry = std::as_bytes(std::span{&both.entry, 1});
    const auto found = std::search(both.page.begin(), both.page.end(), entry.begin(), entry.end());
    const auto offset = static_cast<std::size_t>(found - both.page.begin());
    return found == both.page.end() || offset < offsetof(trampoline::Mailbox, entry)
               ? std::nullopt
               : std::optional{trampoline::page_address + offset -
                               offsetof(trampoline::Mailbox, entry)};
}

}  // namespace

std::optional<Explanation> mailbox_misplaced(const Scene& scene) {
    const TrampolinePage* both = trampoline_page(scene.evidence);
    const auto found = both ? message_elsewhere(*both) : std::nullopt;
    const Cpu* cpu = scene.cpu ? scene.cpu : silent_ap(scene);
    if (scene.lab.number != labs::trampoline || !found || !cpu || cpu->cpu == 0 ||
        evidence::reached(*cpu, 'R'))
        return {};
    return Explanation{
        fmt::format("CPU {}'s message lies at {:#x}, and the mailbox is at {:#x}.", cpu->cpu,
                    *found, trampoline::mailbox_address),
        "The AP takes CR3, its stack and its entry from fixed addresses; what it found there is "
        "something else. What was written elsewhere in the page may have hit code or tables.",
        "The mailbox begins at `trampoline::mailbox_address`; take the page's own address off it.",
        {},
        cpu->cpu};
}

std::optional<Explanation> page_not_copied(const Scene& scene) {
    const TrampolinePage* both = trampoline_page(scene.evidence);
    const bool failed =
        scene.cpu ? scene.cpu->cpu != 0 && !scene.reached('R') : silent_ap(scene) != nullptr;
    if (scene.lab.number != labs::trampoline || !both || !failed)
        return {};
    const auto code = code_differs(*both);
    const auto where = code ? code : tables_differ(*both);
    // Where nobody was woken, nobody misses the page.
    const Cpu* cpu = scene.cpu ? scene.cpu : silent_ap(scene);
    if (!where || still_waits(*cpu))
        return {};
    return Explanation{
        fmt::format("CPU {} was started, and from {:#x} on the page is not the trampoline.",
                    cpu->cpu, *where),
        code
            ? "The AP executes what lies there: what the firmware or a boot loader has left, or an "
              "earlier mistake." +
                  where_it_halted(*cpu)
            : "The code is there, and the descriptor tables behind it are not: LGDT reads a "
              "pointer that nobody wrote.",
        "Copy the whole image, trampoline_image().size() bytes, before the SIPI.",
        {},
        cpu->cpu,
        {page_exhibit(*both, *where & ~15u)}};
}

std::optional<Explanation> mailbox_missing(const Scene& scene) {
    const TrampolinePage* both = trampoline_page(scene.evidence);
    if (!both || code_differs(*both) || !scene.cpu || scene.cpu->cpu == 0 || !scene.oldest ||
        !scene.registers() || scene.registers()->control.cr3 != 0 || scene.reached('R'))
        return {};
    const trampoline::Mailbox found = mailbox_in(*both);
    if (found.entry != 0 || found.stack_top != 0 || found.bsp.cr3 != 0)
        return {};
    return Explanation{
        fmt::format("CPU {} found no message: the mailbox at {:#x} is empty.", scene.cpu->cpu,
                    trampoline::mailbox_address),
        "The AP takes CR3, its stack and its entry from there. With CR3 0 the walk reads the "
        "BIOS's interrupt vector table as a PML4.",
        "Copy the message behind the page: the image ends in an empty mailbox, which wipes out "
        "what was written before.",
        {}};
}

std::optional<Explanation> mailbox_of_another(const Scene& scene) {
    if (scene.lab.number != labs::trampoline)
        return {};
    for (const Cpu& cpu : scene.evidence.cpus)
        if (const Cpu* owner = owner_of_its_record(scene, cpu);
            owner && !was_never_started(scene, *owner))
            return Explanation{
                fmt::format("CPU {} read the message for CPU {}, which runs already.", cpu.cpu,
                            owner->cpu),
                "It takes that CPU's number, stack and record, until something refuses: a second "
                "LTR of one task state segment, which is busy, is #GP.",
                "Copy the message into the mailbox for every AP, before its INIT.",
                {},
                cpu.cpu};
    return {};
}

}  // namespace diagnosis
