#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>
#include <utility>

#include "checker/evidence/questions.h"
#include "checker/judgement/commands.h"

namespace judgement {

namespace {

using observed::SentCommand;
using x86::InterruptCommand;

// What was written to the register last must be what was noted last, command by command. Each is
// noted before it is written, so a machine that dies may have a note more.
bool were_noted(const Evidence& evidence) {
    const auto& seen = evidence.seen;
    std::vector<InterruptCommand> noted;
    for (const SentCommand& sent : evidence.sent->first)
        if (is_start(sent.command()))
            noted.push_back(sent.command());
    if (evidence.sent->count > evidence.sent->first.size() || noted.size() > seen.size())
        return evidence.sent->count > evidence.sent->first.size();
    const auto were_last = [&] {
        return std::equal(noted.begin(), noted.end(),
                          seen.end() - static_cast<std::ptrdiff_t>(noted.size()),
                          [](InterruptCommand one, const evidence::SeenCommand& other) {
                              return one.low() == *other.low && one.destination() == other.apic_id;
                          });
    };
    if (were_last() || noted.empty() || evidence.end == evidence::End::powered_off)
        return were_last();
    noted.pop_back();
    return were_last();
}

// How many commands a CPU had beside those that were noted for it.
std::ptrdiff_t not_noted(const Evidence& evidence, const Cpu& cpu) {
    return std::ranges::count(evidence.seen, cpu.apic_id, &evidence::SeenCommand::apic_id) -
           std::ranges::count_if(evidence.sent->first, [&](const SentCommand& sent) {
               return is_start(sent.command()) && may_reach(sent, cpu.apic_id);
           });
}

// Firmware sends each AP the same: ours an INIT and a SIPI, another as many as the last one had.
std::ptrdiff_t by_firmware(const Evidence& evidence) {
    return evidence.way == evidence::Way::rom ? 2 : not_noted(evidence, evidence.cpus.back());
}

// How long after an INIT a CPU had its SIPI, if that was too early. The firmware's own may be, but
// for the last INIT: that is the kernel's.
std::optional<std::uint64_t> too_soon(const Evidence& evidence, std::uint32_t apic_id) {
    std::ptrdiff_t firmwares = by_firmware(evidence);
    std::optional<std::uint64_t> init, early;
    for (const evidence::SeenCommand& seen : evidence.seen) {
        if (seen.apic_id != apic_id)
            continue;
        const bool kernels = firmwares-- <= 0;
        if (!seen.sipi) {
            init = seen.time_us;
            early.reset();
        } else if (init) {
            const std::uint64_t after = *seen.time_us - *std::exchange(init, {});
            if (after < least_wait_us)
                early = after;
            if (early && kernels)
                return early;
        }
    }
    return early;
}

// After the firmware's: once another AP has had a command, none comes back to one before.
bool came_in_turn(const Evidence& evidence, std::ptrdiff_t firmwares) {
    std::map<std::uint32_t, std::ptrdiff_t> had;
    std::set<std::uint32_t> before;
    std::optional<std::uint32_t> last;
    for (const evidence::SeenCommand& seen : evidence.seen) {
        if (++had[seen.apic_id] <= firmwares || last == seen.apic_id)
            continue;
        if (!before.insert(seen.apic_id).second)
            return false;
        last = seen.apic_id;
    }
    return true;
}

}  // namespace

bool in_turn(const Evidence& evidence) {
    std::uint32_t last = 0;
    return std::ranges::all_of(evidence.sent->first, [&](const SentCommand& each) {
        if (!is_start(each.command()) || each.started >= evidence.cpus.size())
            return true;  // while none was being started
        return each.started >= std::exchange(last, each.started);
    });
}

std::optional<std::string> seen_otherwise(const Evidence& evidence) {
    if (evidence.seen.empty() || !evidence.sent)
        return {};
    if (evidence.seen.size() >= evidence::kept_commands)
        return fmt::format("more than {} commands were sent", evidence::kept_commands - 1);
    if (evidence.seen.front().low)
        return were_noted(evidence) ? std::nullopt
                                    : std::optional{"other commands were sent than were noted"};
    for (const Cpu& cpu : evidence.cpus)
        if (const auto after = cpu.cpu != 0 && evidence::started(cpu)
                                   ? too_soon(evidence, cpu.apic_id)
                                   : std::nullopt)
            return fmt::format("CPU {} had its SIPI {} us after its INIT, whatever was noted",
                               cpu.cpu, *after);
    if (evidence.end != evidence::End::powered_off)
        return {};
    const std::ptrdiff_t firmwares = by_firmware(evidence);
    for (const Cpu& cpu : evidence.cpus)
        if (not_noted(evidence, cpu) > (cpu.cpu == 0 ? 0 : firmwares))
            return fmt::format("CPU {} had more commands than were noted for it", cpu.cpu);
    return came_in_turn(evidence, firmwares)
               ? std::nullopt
               : std::optional{"an AP had a command after the next one's"};
}

}  // namespace judgement
