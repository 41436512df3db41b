#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <span>
#include <vector>

#include "checker/diagnosis/exhibits.h"
#include "checker/evidence/words.h"
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
    std::string text = fmt::format("vector {:#04x}", command.vector());
    if (command.mode() == DeliveryMode::startup)
        text += fmt::format(" = page {:#x}", std::uint32_t{command.vector()} << 12);
    if (!command.level_is_set())
        text += ", level 0";
    if (command.is_level_triggered())
        text += ", level-triggered";
    return text;
}

using Row = std::vector<std::string>;

// Time, which is empty without a clock; what; to whom; bits.
std::vector<Row> in_words(std::span<const SentCommand> sent) {
    std::vector<Row> all;
    const SentCommand* first = nullptr;
    bool started = false;
    for (const SentCommand& each : sent) {
        const InterruptCommand command = each.command();
        // The waits of a start are the same in every run, until the AP runs too: QEMU's clock goes
        // on for a while when that one is stopped to be looked at.
        if (!first || first->started != each.started) {
            first = &each;
            started = false;
        }
        all.push_back({started ? "" : time_between(*first, each), judgement::name(command),
                       "to " + receiver(command), bits(command)});
        started = started || command.mode() == DeliveryMode::startup;
    }
    return all;
}

}  // namespace

Exhibit commands_exhibit(const evidence::Sent& sent, std::uint32_t about) {
    std::vector<SentCommand> by_bsp;
    std::ranges::copy_if(sent.first, std::back_inserter(by_bsp),
                         [](const SentCommand& each) { return each.sender == 0; });
    Exhibit exhibit{"BSP sent", {}};
    if (by_bsp.empty())
        exhibit.lines.emplace_back("nothing that starts a CPU");
    const auto first = std::ranges::find_if(by_bsp, [&](const SentCommand& each) {
        return each.command().shorthand() == Shorthand::none &&
               each.command().destination() == about;
    });
    const std::size_t most = std::min(by_bsp.size(), most_lines), last_begin = by_bsp.size() - most;
    const std::size_t begin =
        std::min(static_cast<std::size_t>(first - by_bsp.begin()), last_begin);
    std::vector<Row> all = in_words(by_bsp);
    const std::span shown = std::span{all}.subspan(begin, most);
    std::size_t longest_time = 0;
    for (const Row& row : shown)
        longest_time = std::max(longest_time, row.front().size());
    for (Row& row : shown)
        row.front() = fmt::format("{:>{}}", row.front(), longest_time);
    if (begin != 0)
        exhibit.lines.push_back(fmt::format("{} more before", begin));
    std::ranges::move(evidence::columns(shown), std::back_inserter(exhibit.lines));
    if (begin != last_begin)
        exhibit.lines.push_back(fmt::format("{} more after", last_begin - begin));
    if (sent.count > sent.first.size())
        exhibit.lines.push_back(
            fmt::format("and {} that the kernel has not kept", sent.count - sent.first.size()));
    return exhibit;
}

}  // namespace diagnosis
