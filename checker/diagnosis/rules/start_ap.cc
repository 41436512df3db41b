// Lab 3, the BSP's half: whom INIT and SIPI reached, and which page a SIPI named.
#include <algorithm>
#include <fmt/format.h>

#include "checker/diagnosis/cpus.h"
#include "checker/diagnosis/rules/rules.h"
#include "checker/evidence/questions.h"

namespace diagnosis::rules {

namespace {

using evidence::Engine;
using evidence::TrampolinePage;
using judgement::CommandFlaw;
using x86::DeliveryMode;
using x86::InterruptCommand;
using Kind = CommandFlaw::Kind;

// It has come to long mode, or stands in the trampoline.
bool was_started(const Cpu& cpu) {
    return awake(cpu) ||
           (cpu.registers && in_trampoline(cpu.registers->cs.base + cpu.registers->rip));
}

// An INIT that reaches its own sender, among others or alone.
const CommandFlaw* init_of_the_sender(const Scene& scene) {
    for (const Kind kind : {Kind::to_sender, Kind::to_several, Kind::to_logical})
        if (const auto* found = flaw(scene, kind);
            found && found->command->command().mode() == x86::DeliveryMode::init &&
            found->command->command().shorthand() != x86::Shorthand::all_others)
            return found;
    return nullptr;
}

// The page's segment, 0x800, where its number is wanted: that is bit 11, and no vector.
std::optional<Explanation> segment_for_vector(const Scene& scene) {
    const auto* sent = flaw(scene, Kind::to_logical);
    const InterruptCommand command = sent ? sent->command->command() : InterruptCommand{};
    if (!sent || command.mode() != DeliveryMode::startup || command.vector() != 0)
        return {};
    return Explanation{
        .cause =
            fmt::format("The SIPI for CPU {} was written as {:#010x}: 0x8000 >> 4 where 0x8000 "
                        ">> 12 belongs.",
                        sent->cpu, command.low()),
        .detail = fmt::format("0x800, the page's segment, is bit 11 of the command, which makes "
                              "{} a logical destination and no APIC ID, and leaves the vector 0.",
                              command.destination()),
        .advice =
            "Put the page's number into the command, 0x8000 >> 12: that is vector 0x08. The "
            "destination is a physical one, so bit 11 is 0.",
        .cpu = sent->cpu};
}

// What the destinations of all commands of this kind, for whatever AP, have in common.
std::string how_it_was_chosen(const Scene& scene, const observed::SentCommand& wrong) {
    const InterruptCommand command = wrong.command();
    if (command.is_logical())
        return fmt::format(
            "Bit 11 of {:#010x} makes the destination a logical one, which is no APIC ID.",
            command.low());
    bool number = true, same = true, several = false;
    for (const observed::SentCommand& sent : scene.evidence.sent->first)
        if (sent.sender == 0 && sent.command().mode() == command.mode()) {
            number &= sent.command().destination() == sent.started;
            same &= sent.command().destination() == command.destination();
            several |= sent.started != wrong.started;
        }
    return number            ? "That is its number, `message.cpu`."
           : same && several ? "They all went there, whichever AP was to be started: each AP has "
                               "an ID of its own."
                             : "";
}

// Why the command went to the sender, as far as it shows.
std::string how_it_was_aimed(const CommandFlaw* found) {
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
    return fmt::format("Here that was ID {}, the sender.", sent.command().destination());
}

std::optional<Explanation> bsp_was_reset(const Scene& scene) {
    // After a reset Bochs has every CPU so; QEMU stands still before it.
    const bool lost = scene.evidence.engine == Engine::bochs && scene.evidence.end == End::reset;
    if (!scene.judges(labs::trampoline) || !scene.bsp_registers() || lost || awake(*scene.bsp))
        return {};
    const auto* sent = init_of_the_sender(scene);
    if (!sent && commands_are_known(scene))
        return {};
    return Explanation{
        .cause = "The BSP itself was reset: it is no longer in long mode, and runs the firmware.",
        .detail = how_it_was_aimed(sent),
        .cpu = 0};
}

std::optional<Explanation> sipi_to_several(const Scene& scene) {
    if (!scene.judges(labs::trampoline) || !scene.page)
        return {};
    const unsigned expected = mailbox_in(*scene.page).cpu;
    const auto* sent = flaw(scene, Kind::to_several);
    // One too many may have read an old message. With two there were several at once.
    const auto too_many = std::ranges::count_if(scene.evidence.cpus, [&](const Cpu& cpu) {
        return was_started(cpu) && cpu.cpu > expected;
    });
    const bool seen = expected != 0 && too_many >= 2 && !commands_are_known(scene);
    if (!seen && !sent)
        return {};
    const unsigned meant = sent ? sent->cpu : expected;
    const std::string too = scene.cpu && scene.cpu->cpu != 0 && scene.cpu->cpu != meant
                                ? fmt::format(", and CPU {} took it too", scene.cpu->cpu)
                                : "";
    return Explanation{
        sent ? fmt::format("The {} for CPU {} went to several CPUs at once{}.",
                           judgement::name(sent->command->command()), meant, too)
             : fmt::format("Several CPUs were started at once, with one message, for CPU {}{}.",
                           meant, too)};
}

std::optional<Explanation> sipi_wrong_destination(const Scene& scene) {
    if (!scene.judges(labs::trampoline))
        return {};
    if (auto found = segment_for_vector(scene))
        return found;
    for (const Kind kind : {Kind::to_another, Kind::to_sender, Kind::to_logical})
        if (const auto* sent = flaw(scene, kind)) {
            const InterruptCommand command = sent->command->command();
            const Cpu& meant = scene.evidence.cpus[sent->cpu];
            return Explanation{.cause = fmt::format(
                                   "The {} for CPU {} went to {} {}, and that CPU has APIC ID {}.",
                                   judgement::name(command), sent->cpu,
                                   command.is_logical() ? "logical destination" : "APIC ID",
                                   command.destination(), meant.apic_id),
                               .detail = how_it_was_chosen(scene, *sent->command),
                               .cpu = sent->cpu};
        }
    if (message_differs(scene.evidence).value_or(false))
        return {};  // then the number in it may be what is wrong
    for (const Cpu& cpu : scene.evidence.cpus)
        if (const Cpu* owner = owner_of_its_record(scene, cpu);
            owner && owner->cpu != 0 && was_never_started(scene, *owner))
            return Explanation{
                .cause = fmt::format(
                    "CPU {} was started with the message for CPU {}, which nobody has started.",
                    cpu.cpu, owner->cpu),
                .cpu = owner->cpu};
    return {};
}

std::optional<Explanation> sipi_wrong_page(const Scene& scene) {
    if (const auto* sent = flaw(scene, Kind::wrong_page);
        sent && (!evidence::started(scene.evidence.cpus[sent->cpu]) || all_came_up(scene)))
        return Explanation{
            .cause = fmt::format(
                "The SIPI for CPU {} names page {:#x}, not {:#x}: its vector is {:#04x}.",
                sent->cpu, std::uint32_t{sent->command->command().vector()} << 12,
                trampoline::page_address, sent->command->command().vector()),
            .detail = where_it_halted(scene.evidence.cpus[sent->cpu]),
            .cpu = sent->cpu};
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
    return about(*cpu, "was started at {:#x}, not at {:#x}: its CS is {:#06x}.", cs.base,
                 trampoline::page_address, cs.selector);
}

// What the BSP sent this CPU that is neither INIT nor SIPI. A panic sends NMIs of its own.
std::optional<InterruptCommand> something_else_for(const Scene& scene, const Cpu& cpu) {
    for (const observed::SentCommand& sent : scene.evidence.sent->first) {
        const InterruptCommand command = sent.command();
        if (sent.sender == 0 && command.destination() == cpu.apic_id &&
            command.mode() != DeliveryMode::init && command.mode() != DeliveryMode::startup &&
            scene.evidence.panic_text.empty())
            return command;
    }
    return {};
}

std::string_view what_is_missing(Kind kind) {
    if (kind == Kind::nothing_sent)
        return "neither INIT nor SIPI";
    return kind == Kind::init_missing ? "no INIT" : "no SIPI";
}

std::optional<Explanation> icr_delivery_mode(const Scene& scene) {
    for (const Kind kind : {Kind::nothing_sent, Kind::init_missing, Kind::sipi_missing}) {
        const auto* missing = flaw(scene, kind);
        if (!missing)
            continue;
        const Cpu* cpu = &scene.evidence.cpus[missing->cpu];
        const auto other = something_else_for(scene, *cpu);
        if (!other || evidence::started(*cpu) || (scene.cpu && scene.cpu != cpu))
            continue;
        return Explanation{
            .cause = fmt::format("CPU {} was sent {}, but a command of another kind: {}.", cpu->cpu,
                                 what_is_missing(kind), judgement::name(*other)),
            .detail = fmt::format("Here they are {:03b}.", static_cast<unsigned>(other->mode())),
            .cpu = cpu->cpu};
    }
    return {};
}

}  // namespace

const RuleList start_ap_rules{
    {"bsp-was-reset", bsp_was_reset},     {"icr-delivery-mode", icr_delivery_mode},
    {"sipi-to-several", sipi_to_several}, {"sipi-wrong-destination", sipi_wrong_destination},
    {"sipi-wrong-page", sipi_wrong_page},
};

}  // namespace diagnosis::rules
