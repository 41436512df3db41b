#include "checker/judgement/commands.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

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

struct Wording {
    CommandFlaw::Kind kind;
    std::string_view text;
};

constexpr auto wordings = std::to_array<Wording>({
    {level_missing, "{what} has level 0 ({low:#010x})"},
    {init_with_vector, "{what} has vector {vector:#04x}"},
    {to_sender, "{what} goes to the BSP itself"},
    {to_several, "{what} goes to several CPUs"},
    {to_logical, "{what} has a logical destination, {destination:#x}"},
    {to_another, "{what} goes to APIC ID {destination}"},
    {for_nobody, "an INIT was sent by CPU {sender} while no CPU was being started"},
    {wrong_page, "{what} names page {page:#x}"},
    {init_missing, "{what} comes without an INIT"},
    {too_early, "{what} comes {after_us} us after its INIT"},
    {page_late, "{what} was sent before the trampoline lay at 0x8000"},
    {message_late, "{what} was sent while the mailbox had the message for {whom}"},
    {sipi_missing, "{what} was sent no SIPI after its INIT"},
    {init_last, "{what} was sent another INIT after its SIPI, and no SIPI since"},
    {nothing_sent, "{what} was sent neither INIT nor SIPI"},
});

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
            else if (is_start(sent.command()) && sent.command().mode() == DeliveryMode::init)
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

bool is_start(InterruptCommand command) {
    return command.mode() == DeliveryMode::startup ||
           (command.mode() == DeliveryMode::init && !command.is_deassert());
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
    const observed::SentCommand sent = flaw.command.value_or(SentCommand{});
    const InterruptCommand command = sent.command();
    const auto* wording = std::ranges::find(wordings, flaw.kind, &Wording::kind);
    return fmt::format(
        fmt::runtime(wording->text),
        fmt::arg("what", flaw.command ? fmt::format("the {} for CPU {}", name(command), flaw.cpu)
                                      : fmt::format("CPU {}", flaw.cpu)),
        fmt::arg("low", command.low()), fmt::arg("vector", command.vector()),
        fmt::arg("page", std::uint32_t{command.vector()} << 12),
        fmt::arg("destination", command.destination()), fmt::arg("sender", sent.sender),
        fmt::arg("after_us", flaw.after_us),
        fmt::arg("whom", sent.page.message_for == 0
                             ? "nobody"
                             : fmt::format("CPU {}", sent.page.message_for)));
}

}  // namespace judgement
