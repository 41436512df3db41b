#include <algorithm>
#include <fmt/format.h>

#include "checker/evidence/questions.h"
#include "checker/judgement/checks.h"
#include "checker/judgement/commands.h"

namespace judgement {

Finding commands_right(const lab::Fact&, const evidence::Evidence& evidence) {
    const auto flaws = command_flaws(evidence);
    if (!flaws)
        return not_told("the engine could not read what the BSP sent");
    if (const auto& [first, count] = *evidence.sent; count > first.size())
        return no(
            fmt::format("{} commands were sent, and the kernel keeps {}", count, first.size()));
    // What lay at 0x8000 meanwhile is another fact's business.
    const auto found = std::ranges::find_if(*flaws, [](const CommandFlaw& flaw) {
        return flaw.kind != CommandFlaw::Kind::page_late &&
               flaw.kind != CommandFlaw::Kind::message_late;
    });
    if (found != flaws->end())
        return no(found->kind == CommandFlaw::Kind::nothing_sent &&
                          evidence::started(evidence.cpus[found->cpu])
                      ? fmt::format("CPU {} came up, and no command for it is noted", found->cpu)
                      : describe(*found));
    const auto otherwise = seen_otherwise(evidence);
    return otherwise ? no(*otherwise) : yes();
}

}  // namespace judgement
