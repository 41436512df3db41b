#include "checker/judgement/commands.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

#include "checker/evidence/questions.h"
#include "trampoline/mailbox.h"

namespace judgement {

namespace {

using observed::SentCommand;
using x86::DeliveryMode;
using x86::InterruptCommand;
using x86::Shorthand;
using enum CommandFlaw::Kind;

// By shorthand, by the ID that means everyone, or by logical IDs.
bool is_for_several(const SentCommand& sent) {
    const InterruptCommand command = sent.command();
    const std::uint32_t everyone = sent.x2apic != 0 ? 0xffffffff : 0xff;
    return command.shorthand() != Shorthand::none || command.is_logical() ||
           command.destination() == everyone;
}

// What one AP was sent.
struct Received {
    bool init = false, sipi = false;
    bool sipi_after_init = false;  // ever
    bool sipi_since_init = false;  // since the last one
    std::uint64_t init_us = SentCommand::no_clock;
};

// Goes through the commands as they were sent. The kernel has noted for whom each was meant.
class Reader {
  public:
    explicit Reader(const Evidence& evidence)
        : evidence_(evidence), received_(evidence.cpus.size()) {}

    std::vector<CommandFlaw> read() {
        for (const SentCommand& sent : evidence_.sent->first)
            if (sent.sender == 0 && sent.started != 0 && sent.started < received_.size())
                read(sent);
            else if (is_init(sent.command()))
                add(for_nobody, sent);
        if (evidence_.sent->count == evidence_.sent->first.size())
            find_missing();
        return std::move(flaws_);
    }

  private:
    void read(const SentCommand& sent) {
        const InterruptCommand command = sent.command();
        const bool init = command.mode() == DeliveryMode::init;
        if (!is_start(command))
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

    std::optional<CommandFlaw::Kind> reaches_another(const SentCommand& sent) const {
        const InterruptCommand command = sent.command();
        const std::uint32_t to = command.destination();
        if (command.shorthand() == Shorthand::self)
            return to_sender;
        if (is_for_several(sent))
            return command.is_logical() && command.shorthand() == Shorthand::none ? to_logical
                                                                                  : to_several;
        if (to == evidence_.cpus[0].apic_id)
            return to_sender;
        return to == evidence_.cpus[sent.started].apic_id ? std::nullopt
                                                          : std::optional{to_another};
    }

    void read_init(const SentCommand& sent) {
        Received& received = received_[sent.started];
        received.init = true;
        received.sipi_since_init = false;
        received.init_us = sent.time_us;
    }

    void read_sipi(const SentCommand& sent) {
        Received& received = received_[sent.started];
        const bool timed =
            received.init_us != SentCommand::no_clock && sent.time_us != SentCommand::no_clock;
        const std::uint64_t after = sent.time_us - received.init_us;
        const bool counts = received.init && !received.sipi_since_init;
        if (!received.init)
            add(init_missing, sent);
        else if (counts && timed && after < least_wait_us)
            flaws_.push_back({too_early, sent.started, sent, after});
        if (counts && !evidence::was_copied(evidence_, sent))
            add(page_late, sent);
        else if (counts && sent.page.message_for != sent.started)
            add(message_late, sent);
        received.sipi = true;
        received.sipi_after_init |= received.init;
        received.sipi_since_init = received.init;
    }

    // Of the APs that the kernel has tried to start.
    void find_missing() {
        for (unsigned cpu = 1; cpu < received_.size(); ++cpu) {
            const Received& received = received_[cpu];
            if (evidence_.cpus[cpu].handshake == evidence::Handshake::unknown &&
                !evidence::started(evidence_.cpus[cpu]))
                continue;
            if (received.init && !received.sipi_since_init)
                flaws_.push_back({received.sipi_after_init ? init_last : sipi_missing, cpu});
            else if (!received.init && !received.sipi)
                flaws_.push_back({nothing_sent, cpu});
        }
    }

    void add(CommandFlaw::Kind kind, const SentCommand& sent) {
        flaws_.push_back({kind, sent.started, sent});
    }

    const Evidence& evidence_;
    std::vector<Received> received_;  // by CPU
    std::vector<CommandFlaw> flaws_;
};

}  // namespace

bool may_reach(const SentCommand& sent, std::uint32_t apic_id) {
    return sent.command().destination() == apic_id || is_for_several(sent);
}

bool is_init(InterruptCommand command) {
    return command.mode() == DeliveryMode::init && !command.is_deassert();
}

bool is_start(InterruptCommand command) {
    return command.mode() == DeliveryMode::startup || is_init(command);
}

std::optional<std::vector<CommandFlaw>> command_flaws(const Evidence& evidence) {
    const bool known = evidence.sent && evidence.cpus.size() > 1;
    return known ? std::optional{Reader{evidence}.read()} : std::nullopt;
}

bool may_have_had_sipi(const Evidence& evidence, unsigned cpu) {
    const std::uint32_t its_id = evidence.cpus[cpu].apic_id;
    if (!evidence.sent || evidence.sent->count > evidence.sent->first.size())
        return true;
    return std::ranges::any_of(evidence.sent->first, [&](const SentCommand& sent) {
        return sent.command().mode() == DeliveryMode::startup && may_reach(sent, its_id);
    });
}

const CommandFlaw* first(const std::vector<CommandFlaw>& flaws, CommandFlaw::Kind kind) {
    const auto found = std::ranges::find(flaws, kind, &CommandFlaw::kind);
    return found == flaws.end() ? nullptr : &*found;
}

std::string name(InterruptCommand command) {
    constexpr std::array by_mode{"fixed", "lowest", "SMI",  "reserved",
                                 "NMI",   "INIT",   "SIPI", "ExtINT"};
    return command.is_deassert() ? "INIT de-assert"
                                 : by_mode[static_cast<std::size_t>(command.mode())];
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
        case for_nobody:
            return fmt::format("an INIT was sent by CPU {} while no CPU was being started",
                               flaw.command->sender);
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
        case page_late:
            return fmt::format("{} was sent before the trampoline lay at 0x8000", what);
        case message_late:
            return fmt::format("{} was sent while the mailbox had the message for {}", what,
                               flaw.command->page.message_for == 0
                                   ? "nobody"
                                   : fmt::format("CPU {}", flaw.command->page.message_for));
        case nothing_sent:
            break;
    }
    return fmt::format("{} was sent neither INIT nor SIPI", what);
}

}  // namespace judgement
