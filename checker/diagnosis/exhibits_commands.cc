#include "checker/diagnosis/exhibits_commands.h"

#include <algorithm>
#include <fmt/format.h>

#include "checker/judgement/commands.h"

namespace diagnosis {

namespace {

using observed::SentCommand;
using x86::DeliveryMode;
using x86::InterruptCommand;
using x86::Shorthand;

constexpr std::size_t most_lines = 8;

std::string time_between(const SentCommand& from, const SentCommand& to) {
    if (from.time_us == SentCommand::no_clock || to.time_us == SentCommand::no_clock)
        return "";
    constexpr double us_in_a_ms = 1000;
    return fmt::format("{:.1f} ms", static_cast<double>(to.time_us - from.time_us) / us_in_a_ms);
}

std::string receiver(InterruptCommand command) {
    switch (command.shorthand()) {
        case Shorthand::none:
            break;
        case Shorthand::self:
            return "itself";
        case Shorthand::all:
            return "all CPUs";
        case Shorthand::all_others:
            return "all others";
    }
    return fmt::format("{} {}", command.is_logical() ? "logical" : "APIC ID",
                       command.destination());
}

std::string bits(InterruptCommand command) {
    const std::string vector = fmt::format("vector {:#04x}", command.vector());
    return command.mode() == DeliveryMode::startup
               ? fmt::format("{} = page {:#x}", vector, std::uint32_t{command.vector()} << 12)
               : vector;
}

}  // namespace

std::vector<CommandInWords> commands_in_words(const evidence::Sent& sent) {
    std::vector<CommandInWords> all;
    const SentCommand* first = nullptr;
    bool started = false;
    for (const SentCommand& each : sent.first) {
        if (each.sender != 0)
            continue;
        const InterruptCommand command = each.command();
        // The waits of a start are the same in every run, until the AP runs too: QEMU's clock goes
        // on for a while when that one is stopped to be looked at.
        if (!first || receiver(first->command()) != receiver(command)) {
            first = &each;
            started = false;
        }
        const std::string time = started ? "" : time_between(*first, each);
        started = started || command.mode() == DeliveryMode::startup;
        all.push_back({time, judgement::name(command), receiver(command), bits(command),
                       fmt::format("level {:d}, {}", command.level_is_set(),
                                   command.is_level_triggered() ? "level-triggered" : "edge")});
    }
    return all;
}

Exhibit commands_exhibit(const evidence::Sent& sent) {
    const std::vector<CommandInWords> all = commands_in_words(sent);
    Exhibit exhibit{std::string{commands_label}, {}};
    if (all.empty())
        exhibit.lines.emplace_back("nothing that starts a CPU");
    const auto widest = [&](std::string CommandInWords::*field) {
        std::size_t width = 0;
        for (const CommandInWords& each : all)
            width = std::max(width, (each.*field).size());
        return width;
    };
    const std::size_t skipped = all.size() - std::min(all.size(), most_lines);
    if (skipped != 0)
        exhibit.lines.push_back(fmt::format("{} more before", skipped));
    for (std::size_t i = skipped; i < all.size(); ++i) {
        const CommandInWords& each = all[i];
        exhibit.lines.push_back(fmt::format(
            "{:>{}}  {:<{}}  to {:<{}}  {:<{}}  {}", each.time, widest(&CommandInWords::time),
            each.what, widest(&CommandInWords::what), each.to, widest(&CommandInWords::to),
            each.bits, widest(&CommandInWords::bits), each.level));
    }
    return exhibit;
}

}  // namespace diagnosis
