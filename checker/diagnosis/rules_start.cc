// Lab 3, the BSP's half: whom INIT and SIPI reached, and which page a SIPI named.
#include <algorithm>
#include <fmt/format.h>

#include "checker/diagnosis/rules.h"
#include "checker/diagnosis/start.h"
#include "checker/evidence/questions.h"

namespace diagnosis {

namespace {

using evidence::Cpu;
using evidence::Engine;
using evidence::TrampolinePage;
using judgement::CommandFlaw;
using x86::InterruptCommand;
using Kind = CommandFlaw::Kind;

// It has come to long mode, or stands in the trampoline.
bool was_started(const Cpu& cpu) {
    return awake(cpu) ||
           (cpu.registers && in_trampoline(cpu.registers->cs.base + cpu.registers->rip));
}

// An INIT that reaches its own sender, among others or alone.
std::optional<CommandFlaw> init_of_the_sender(const Scene& scene) {
    for (const Kind kind : {Kind::to_sender, Kind::to_several, Kind::to_logical})
        if (const auto found = flaw(scene, kind);
            found && found->command->command().mode() == x86::DeliveryMode::init &&
            found->command->command().shorthand() != x86::Shorthand::all_others)
            return found;
    return {};
}

// Went to an ID that is the kernel's number of the CPU it was meant for.
bool is_its_number(const CommandFlaw& found) {
    const InterruptCommand command = found.command->command();
    return found.kind == Kind::to_another && command.destination() == found.cpu;
}

// Why the command went to the sender, as far as it shows.
std::string how_it_was_aimed(const std::optional<CommandFlaw>& found) {
    if (!found)
        return "Here that was the sender.";
    const observed::SentCommand& sent = *found->command;
    if (found->kind == Kind::to_several || sent.command().shorthand() != x86::Shorthand::none)
        return "Here a shorthand was in the destination's place, and it includes the sender.";
    if (found->kind == Kind::to_logical)
        return "Here it was a logical destination, which the sender answers to.";
    if (sent.x2apic == 0 && sent.high != 0)
        return fmt::format(
            "The upper half of the command was written as {:#x}: the ID is its bits "
            "31..24, so this is ID {}, the sender.",
            sent.high, sent.command().destination());
    return fmt::format(
        "Here that was ID {}, the sender. It is the upper half's value at the "
        "moment in which the lower half is written, for that sends.",
        sent.command().destination());
}

}  // namespace

std::optional<Explanation> bsp_was_reset(const Scene& scene) {
    // After a reset Bochs has every CPU so; QEMU stands still before it.
    const bool lost =
        scene.evidence.engine == Engine::bochs && scene.evidence.end == evidence::End::reset;
    if (scene.lab.number != labs::trampoline || !scene.bsp_registers() || lost || awake(*scene.bsp))
        return {};
    const auto sent = init_of_the_sender(scene);
    if (!sent && commands_are_known(scene))
        return {};
    return Explanation{
        "The BSP itself was reset: it is no longer in long mode, and runs the firmware.",
        fmt::format("An INIT goes to the CPU whose APIC ID stands in the command. {}",
                    how_it_was_aimed(sent)),
        "The destination is `message.lapic_id`: an APIC ID, neither 0 nor the CPU's number.",
        {},
        0};
}

std::optional<Explanation> sipi_to_several(const Scene& scene) {
    const TrampolinePage* both = trampoline_page(scene.evidence);
    if (scene.lab.number != labs::trampoline || !both)
        return {};
    const unsigned expected = mailbox_in(*both).cpu;
    const auto sent = flaw(scene, Kind::to_several);
    // One too many may have read an old message. With two there were several at once.
    const auto too_many = std::ranges::count_if(scene.evidence.cpus, [&](const Cpu& cpu) {
        return was_started(cpu) && cpu.cpu > expected;
    });
    const bool seen = expected != 0 && too_many >= 2 && !commands_are_known(scene);
    if (!seen && !sent)
        return {};
    return Explanation{
        sent ? fmt::format("The {} for CPU {} went to several CPUs at once.",
                           judgement::name(sent->command->command()), sent->cpu)
             : fmt::format("Several CPUs were started at once, with one message, for CPU {}.",
                           expected),
        "An INIT resets a CPU that runs already. A SIPI starts all that wait, and they read the "
        "same mailbox: they take one number, one stack and one record, and overwrite each other's.",
        "Send INIT and SIPI to `message.lapic_id` alone.",
        {}};
}

std::optional<Explanation> sipi_wrong_destination(const Scene& scene) {
    if (scene.lab.number != labs::trampoline)
        return {};
    constexpr std::string_view advice = "The destination of both is `message.lapic_id`.";
    for (const Cpu& cpu : scene.evidence.cpus)
        if (const Cpu* owner = owner_of_its_record(scene, cpu);
            owner && owner->cpu != 0 && was_never_started(scene, *owner))
            return Explanation{
                fmt::format(
                    "CPU {} was started with the message for CPU {}, which nobody has started.",
                    cpu.cpu, owner->cpu),
                "INIT and SIPI went to another APIC ID than the one that the message is for. The "
                "CPU that woke believes the mailbox.",
                std::string{advice},
                {},
                owner->cpu};
    if (scene.cpu)
        return {};
    for (const Kind kind : {Kind::to_another, Kind::to_sender, Kind::to_logical})
        if (const auto sent = flaw(scene, kind)) {
            const InterruptCommand command = sent->command->command();
            const Cpu& meant = scene.evidence.cpus[sent->cpu];
            return Explanation{
                fmt::format("The {} for CPU {} went to {} {}, and that CPU has APIC ID {}.",
                            judgement::name(command), sent->cpu,
                            command.is_logical() ? "logical destination" : "APIC ID",
                            command.destination(), meant.apic_id),
                is_its_number(*sent)
                    ? "That is its number, `message.cpu`: the kernel's count of CPUs. A command "
                      "knows them by APIC ID, and the firmware lists those in an order of its own."
                    : "A command reaches the CPU whose APIC ID stands in it, and nobody else. "
                      "Nobody complains where no CPU has that ID.",
                std::string{advice},
                {},
                sent->cpu};
        }
    return {};
}

std::optional<Explanation> sipi_wrong_page(const Scene& scene) {
    constexpr std::string_view meaning =
        "The eight bits of a SIPI are the number of a 4 KiB page. What lies in another page is "
        "executed all the same.";
    constexpr std::string_view advice =
        "`InterruptCommand::startup()` wants the page's address, `trampoline::page_address`.";
    if (const auto sent = flaw(scene, Kind::wrong_page);
        sent && (!evidence::started(scene.evidence.cpus[sent->cpu]) || all_came_up(scene)))
        return Explanation{
            fmt::format("The SIPI for CPU {} names page {:#x}, not {:#x}: its vector is {:#04x}.",
                        sent->cpu, std::uint32_t{sent->command->command().vector()} << 12,
                        trampoline::page_address, sent->command->command().vector()),
            std::string{meaning} + where_it_halted(scene.evidence.cpus[sent->cpu]),
            std::string{advice},
            {},
            sent->cpu};
    const Cpu* cpu = ap_without_a_letter(scene);
    if (!cpu || commands_are_known(scene) || !in_real_mode(*cpu) || at_the_reset_vector(*cpu) ||
        cpu->registers->halted)
        return {};
    const evidence::Segment& cs = cpu->registers->cs;
    // A SIPI makes CS of the page's number; the firmware's own code lies from 0xf0000 on.
    constexpr std::uint64_t firmware = 0xf0000;
    if (cs.base == trampoline::page_address || cs.base >= firmware || cs.base % 0x1000 != 0 ||
        cs.base != std::uint64_t{cs.selector} << 4)
        return {};
    return Explanation{fmt::format("CPU {} was started at {:#x}, not at {:#x}: its CS is {:#06x}.",
                                   cpu->cpu, cs.base, trampoline::page_address, cs.selector),
                       std::string{meaning},
                       std::string{advice},
                       {},
                       cpu->cpu};
}

}  // namespace diagnosis
