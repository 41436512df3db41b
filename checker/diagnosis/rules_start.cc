// Lab 3, the BSP's half: INIT and SIPI, and where they went.
#include <algorithm>
#include <fmt/format.h>

#include "checker/diagnosis/rules.h"
#include "checker/diagnosis/start.h"
#include "checker/evidence/trampoline_page.h"

namespace diagnosis {

namespace {

using evidence::Cpu;
using evidence::Engine;
using evidence::TrampolinePage;

constexpr unsigned this_lab = 3;

// It has come to long mode, or stands in the trampoline.
bool was_started(const Cpu& cpu) {
    return awake(cpu) ||
           (cpu.registers && in_trampoline(cpu.registers->cs.base + cpu.registers->rip));
}

// The kernel went on without this AP.
const Cpu* ap_without_a_letter(const Scene& scene) {
    return scene.lab.number == this_lab ? silent_ap(scene) : nullptr;
}

}  // namespace

std::optional<Explanation> bsp_was_reset(const Scene& scene) {
    // After a reset Bochs has every CPU so; QEMU stands still before it.
    const bool lost =
        scene.evidence.engine == Engine::bochs && scene.evidence.end == evidence::End::reset;
    if (scene.lab.number != this_lab || !scene.bsp_registers() || lost || awake(*scene.bsp))
        return {};
    return Explanation{
        "The BSP itself was reset: it is no longer in long mode, and runs the firmware.",
        "An INIT goes to the CPU whose APIC ID stands in the command. Here that was the sender.",
        "The destination is `message.lapic_id`: an APIC ID, neither 0 nor the CPU's number.",
        {},
        0};
}

std::optional<Explanation> sipi_to_several(const Scene& scene) {
    const TrampolinePage* both = trampoline_page(scene.evidence);
    if (scene.lab.number != this_lab || !both || mailbox_in(*both).cpu == 0)
        return {};
    // One too many may have read an old message. With two there were several at once.
    const auto too_many = std::ranges::count_if(scene.evidence.cpus, [&](const Cpu& cpu) {
        return was_started(cpu) && cpu.cpu > mailbox_in(*both).cpu;
    });
    if (too_many < 2)
        return {};
    return Explanation{
        fmt::format("Several CPUs were started at once, with one message, for CPU {}.",
                    mailbox_in(*both).cpu),
        "All of them read the same mailbox: they take one number, one stack and one record, and "
        "overwrite each other's.",
        "Send INIT and SIPI to `message.lapic_id` alone.",
        {}};
}

std::optional<Explanation> sipi_wrong_destination(const Scene& scene) {
    if (scene.lab.number != this_lab)
        return {};
    for (const Cpu& cpu : scene.evidence.cpus)
        if (const Cpu* owner = owner_of_its_record(scene, cpu);
            owner && owner->cpu != 0 && still_waits(*owner))
            return Explanation{
                fmt::format("CPU {} was started with the message for CPU {}, which still sleeps.",
                            cpu.cpu, owner->cpu),
                "INIT and SIPI went to another APIC ID than the one that the message is for. The "
                "CPU that woke believes the mailbox.",
                "The destination of both is `message.lapic_id`.",
                {},
                owner->cpu};
    return {};
}

std::optional<Explanation> sipi_wrong_page(const Scene& scene) {
    const Cpu* cpu = ap_without_a_letter(scene);
    if (!cpu || !in_real_mode(*cpu) || at_the_reset_vector(*cpu) || cpu->registers->halted)
        return {};
    const evidence::Segment& cs = cpu->registers->cs;
    // A SIPI makes CS of the page's number; the firmware's own code lies from 0xf0000 on.
    constexpr std::uint64_t firmware = 0xf0000;
    if (cs.base == trampoline::page_address || cs.base >= firmware || cs.base % 0x1000 != 0 ||
        cs.base != std::uint64_t{cs.selector} << 4)
        return {};
    return Explanation{
        fmt::format("CPU {} was started at {:#x}, not at {:#x}: its CS is {:#06x}.", cpu->cpu,
                    cs.base, trampoline::page_address, cs.selector),
        "The eight bits of a SIPI are the number of a 4 KiB page. What lies in another page is "
        "executed all the same; zeroes are `add [bx+si], al`.",
        "`InterruptCommand::startup()` wants the page's address, `trampoline::page_address`.",
        {},
        cpu->cpu};
}

std::optional<Explanation> sipi_missing(const Scene& scene) {
    const Cpu* cpu = ap_without_a_letter(scene);
    if (!cpu || !at_the_reset_vector(*cpu))
        return {};
    return Explanation{fmt::format("CPU {} has had its INIT and still waits for a SIPI.", cpu->cpu),
                       "It stands where INIT puts a processor, at the reset vector, halted.",
                       "Send a SIPI to the same APIC ID, 10 ms after INIT.",
                       {},
                       cpu->cpu};
}

std::optional<Explanation> sipi_not_taken(const Scene& scene) {
    const Cpu* cpu = ap_without_a_letter(scene);
    const TrampolinePage* both = trampoline_page(scene.evidence);
    if (!cpu || !both || code_differs(*both) || !still_waits(*cpu))
        return {};
    // QEMU shows an AP with its old registers until a SIPI starts it.
    const bool had_no_init = scene.evidence.engine == Engine::bochs;
    return Explanation{
        had_no_init
            ? fmt::format("CPU {} has had no INIT: it sleeps where the firmware has left it.",
                          cpu->cpu)
            : fmt::format("CPU {} has taken no SIPI: it sleeps where the firmware has left it.",
                          cpu->cpu),
        "The page is in place. A processor listens to a SIPI only while it waits for one, and it "
        "waits for one only after INIT.",
        "Send INIT, wait 10 ms, send the SIPI, both to `message.lapic_id`.",
        {},
        cpu->cpu};
}

}  // namespace diagnosis
