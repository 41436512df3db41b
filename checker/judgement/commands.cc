#include "checker/judgement/commands.h"

#include <algorithm>
#include <fmt/format.h>

#include "checker/evidence/questions.h"
#include "trampoline/mailbox.h"

namespace judgement {

namespace {

using evidence::Cpu;
using evidence::Evidence;
using observed::SentCommand;
using x86::DeliveryMode;
using x86::InterruptCommand;
using x86::Shorthand;
using enum CommandFlaw::Kind;

// [sdm3 9.4.4.1]; the clocks were measured against each other, which leaves a little.
constexpr std::uint64_t wait_us = 10'000 - 100;

bool came_up(const Cpu& cpu) {
    return finished_start(cpu) || at_work(cpu);
}

// By shorthand, by the ID that means everyone, or by logical IDs.
bool is_for_several(const SentCommand& sent) {
    const InterruptCommand command = sent.command();
    const std::uint32_t everyone = sent.x2apic != 0 ? 0xffffffff : 0xff;
    return command.shorthand() != Shorthand::none || command.is_logical() ||
           command.destination() == everyone;
}

// Goes through the commands as they were sent, and knows whose turn it is.
class Reader {
  public:
    explicit Reader(const Evidence& evidence) : evidence_(evidence) {}

    std::vector<CommandFlaw> read() {
        for (const SentCommand& sent : evidence_.sent->first)
            if (sent.sender == 0)
                read(sent);
        if (evidence_.sent->count == evidence_.sent->first.size())
            find_missing();
        return std::move(flaws_);
    }

  private:
    struct Received {
        bool init = false, sipi = false;
        bool sipi_after_init = false;  // ever
        bool sipi_since_init = false;  // since the last one
        std::uint64_t init_us = SentCommand::no_clock;
    };

    void read(const SentCommand& sent) {
        const InterruptCommand command = sent.command();
        const bool init = command.mode() == DeliveryMode::init;
        if ((!init && command.mode() != DeliveryMode::startup) || command.is_deassert())
            return;
        if (!command.level_is_set())
            add(level_missing, sent);
        if (init && command.vector() != 0)
            add(init_with_vector, sent);
        if (!init && std::uint32_t{command.vector()} << 12 != trampoline::page_address)
            add(wrong_page, sent);
        if (const auto astray = reaches_another(sent))
            return add(*astray, sent);
        init ? read_init(sent) : read_sipi(sent);
    }

    // Moves on to the next CPU, once this one has had all and has come up.
    std::optional<CommandFlaw::Kind> reaches_another(const SentCommand& sent) {
        const InterruptCommand command = sent.command();
        const std::uint32_t to = command.destination();
        if (command.shorthand() == Shorthand::self)
            return to_sender;
        if (is_for_several(sent))
            return command.is_logical() && command.shorthand() == Shorthand::none ? to_logical
                                                                                  : to_several;
        if (to == apic_id(0))
            return to_sender;
        if (to == apic_id(current_))
            return {};
        if (current_ + 1 == evidence_.cpus.size() || to != apic_id(current_ + 1) ||
            !received_.sipi || !came_up(evidence_.cpus[current_]))
            return to_another;
        ++current_;
        received_ = {};
        return {};
    }

    void read_init(const SentCommand& sent) {
        received_.init = true;
        received_.sipi_since_init = false;
        received_.init_us = sent.time_us;
    }

    void read_sipi(const SentCommand& sent) {
        const bool timed =
            received_.init_us != SentCommand::no_clock && sent.time_us != SentCommand::no_clock;
        const std::uint64_t after = sent.time_us - received_.init_us;
        if (!received_.init)
            add(init_missing, sent);
        else if (!received_.sipi_since_init && timed && after < wait_us)
            flaws_.push_back({too_early, current_, sent, after});
        received_.sipi = true;
        received_.sipi_after_init |= received_.init;
        received_.sipi_since_init = received_.init;
    }

    // What was sent astray was meant for somebody.
    void find_missing() {
        if (received_.init && !received_.sipi_since_init)
            add(received_.sipi_after_init ? init_last : sipi_missing, {});
        else if (!received_.init && !received_.sipi)
            add(nothing_sent, {});
        else if (came_up(evidence_.cpus[current_]) && current_ + 1 < evidence_.cpus.size())
            flaws_.push_back({nothing_sent, current_ + 1});
    }

    void add(CommandFlaw::Kind kind, std::optional<SentCommand> sent) {
        flaws_.push_back({kind, current_, sent});
    }

    std::uint32_t apic_id(unsigned cpu) const { return evidence_.cpus[cpu].apic_id; }

    const Evidence& evidence_;
    unsigned current_ = 1;
    Received received_;
    std::vector<CommandFlaw> flaws_;
};

}  // namespace

std::optional<std::vector<CommandFlaw>> command_flaws(const Evidence& evidence) {
    const bool known = evidence.sent && evidence.cpus.size() > 1;
    return known ? std::optional{Reader{evidence}.read()} : std::nullopt;
}

bool may_have_had_sipi(const Evidence& evidence, unsigned cpu) {
    const std::uint32_t its_id = evidence.cpus[cpu].apic_id;
    if (!evidence.sent || evidence.sent->count > evidence.sent->first.size())
        return true;
    return std::ranges::any_of(evidence.sent->first, [&](const SentCommand& sent) {
        const InterruptCommand command = sent.command();
        return command.mode() == DeliveryMode::startup &&
               (command.destination() == its_id || is_for_several(sent));
    });
}

const CommandFlaw* first(const std::vector<CommandFlaw>& flaws, CommandFlaw::Kind kind) {
    const auto found = std::ranges::find(flaws, kind, &CommandFlaw::kind);
    return found == flaws.end() ? nullptr : &*found;
}

std::string name(InterruptCommand command) {
    switch (command.mode()) {
        case DeliveryMode::fixed:
            return "fixed";
        case DeliveryMode::lowest_priority:
            return "lowest";
        case DeliveryMode::smi:
            return "SMI";
        case DeliveryMode::nmi:
            return "NMI";
        case DeliveryMode::init:
            return command.is_deassert() ? "INIT de-assert" : "INIT";
        case DeliveryMode::startup:
            return "SIPI";
        case DeliveryMode::external:
            return "ExtINT";
    }
    return "reserved";
}

std::string describe(const CommandFlaw& flaw) {
    const std::string what =
        flaw.command ? fmt::format("the {} for CPU {}", name(flaw.command->command()), flaw.cpu)
                     : fmt::format("CPU {}", flaw.cpu);
    const InterruptCommand command = flaw.command ? flaw.command->command() : InterruptCommand{};
    switch (flaw.kind) {
        case level_missing:
            return fmt::format("{} has level 0 ({:#010x})", what, command.low());
        case init_with_vector:
            return fmt::format("{} has vector {:#04x}", what, command.vector());
        case to_sender:
            return fmt::format("{} goes to the BSP itself", what);
        case to_several:
            return fmt::format("{} goes to several CPUs", what);
        case to_logical:
            return fmt::format("{} has a logical destination, {:#x}", what, command.destination());
        case to_another:
            return fmt::format("{} goes to APIC ID {}", what, command.destination());
        case wrong_page:
            return fmt::format("{} names page {:#x}", what, std::uint32_t{command.vector()} << 12);
        case init_missing:
            return fmt::format("{} comes without an INIT", what);
        case too_early:
            return fmt::format("{} comes {} us after its INIT", what, flaw.after_us);
        case sipi_missing:
            return fmt::format("{} was sent no SIPI after its INIT", what);
        case init_last:
            return fmt::format("{} was sent another INIT after its SIPI, and no SIPI since", what);
        case nothing_sent:
            break;
    }
    return fmt::format("{} was sent neither INIT nor SIPI", what);
}

}  // namespace judgement
