#include "checker/judgement/checks.h"
#include "checker/judgement/commands.h"

namespace judgement {

Finding commands_right(const lab::Fact&, const evidence::Evidence& evidence) {
    const auto flaws = command_flaws(evidence);
    if (!flaws)
        return not_told("the engine could not read what the BSP sent");
    return flaws->empty() ? yes() : no(describe(flaws->front()));
}

}  // namespace judgement
