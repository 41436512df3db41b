#include "checker/judgement/checks.h"

#include <array>
#include <fmt/format.h>
#include <set>
#include <utility>

#include "checker/error.h"
#include "checker/judgement/control_flag.h"
#include "checker/judgement/scene.h"
#include "trampoline/stage.h"

namespace judgement {

namespace {

using Answer = Finding::Answer;
using evidence::Cpu;
using evidence::Evidence;

const Finding yes{Answer::yes, {}};

Finding no(std::string detail) {
    return {Answer::no, std::move(detail)};
}

ControlFlag flag_of(const lab::Fact& fact) {
    if (const auto flag = control_flag(fact.flag))
        return *flag;
    throw checker::Error(
        fmt::format("fact {} of lab.toml: no flag is called \"{}\"; write "
                    "\"efer.nxe\" or the like",
                    fact.id, fact.flag));
}

Finding flag_equals_bsp(const lab::Fact& fact, const Evidence& evidence) {
    const ControlFlag flag = flag_of(fact);
    const Cpu* boot = bsp(evidence);
    if (!boot || !boot->registers)
        return {Answer::not_told, "the engine gave no registers of the BSP"};
    if (!flag.set_in(boot->registers->control))
        return no(fmt::format("the BSP itself has {} clear", flag.full_name()));
    bool any = false;
    for (const Cpu& cpu : evidence.cpus) {
        if (cpu.cpu == 0 || !started(cpu))
            continue;
        any = true;
        if (!cpu.registers)
            return {Answer::not_told,
                    fmt::format("the engine gave no registers of CPU {}", cpu.cpu)};
        if (!flag.set_in(cpu.registers->control))
            return no(fmt::format("CPU {} has it clear", cpu.cpu));
    }
    return any ? yes : no("no AP started");
}

Finding stage_passed_without_fault(const lab::Fact& fact, const Evidence& evidence) {
    bool any = false;
    for (const Cpu& cpu : evidence.cpus) {
        if (cpu.cpu == 0 || !started(cpu))
            continue;
        any = true;
        if (oldest_exception(cpu))
            return no(fmt::format("CPU {} raised an exception", cpu.cpu));
        if (!reached(cpu, fact.stage))
            return no(fmt::format("CPU {} never got as far", cpu.cpu));
    }
    return any ? flag_equals_bsp(fact, evidence) : no("no AP started");
}

Finding every_ap_up(const lab::Fact&, const Evidence& evidence) {
    if (!came_to_its_end(evidence))
        return no("the kernel did not come to its end");
    const Cpu* boot = bsp(evidence);
    if (evidence.cpus.size() < evidence.cpus_requested || !boot || !boot->registers)
        return {Answer::not_told, "the engine did not tell of every CPU"};
    std::set<std::uint64_t> gs_bases{boot->registers->gs.base};
    for (const Cpu& cpu : evidence.cpus) {
        if (cpu.cpu == 0)
            continue;
        if (!finished_start(cpu))
            return no(started(cpu) ? fmt::format("CPU {} stopped after {}", cpu.cpu, cpu.trace)
                                   : fmt::format("CPU {} never started", cpu.cpu));
        if (!cpu.registers)
            return {Answer::not_told,
                    fmt::format("the engine gave no registers of CPU {}", cpu.cpu)};
        if (!cpu.registers->cs.long_mode)
            return no(fmt::format("CPU {} is not in 64-bit code", cpu.cpu));
        if (cpu.registers->control.cr3 != boot->registers->control.cr3)
            return no(fmt::format("CPU {} does not use the BSP's page tables", cpu.cpu));
        if (!gs_bases.insert(cpu.registers->gs.base).second || cpu.registers->gs.base == 0)
            return no(fmt::format("CPU {} has no GS base of its own", cpu.cpu));
    }
    return yes;
}

constexpr auto checks = std::to_array<std::pair<std::string_view, Check>>({
    {"flag-equals-bsp", flag_equals_bsp},
    {"stage-passed-without-fault", stage_passed_without_fault},
    {"every-ap-up", every_ap_up},
});

}  // namespace

Check check_named(std::string_view name) {
    for (const auto& [known, check] : checks)
        if (known == name)
            return check;
    return nullptr;
}

}  // namespace judgement
