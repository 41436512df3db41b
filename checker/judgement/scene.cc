#include "checker/judgement/scene.h"

#include <algorithm>

#include "checker/evidence/kernel_names.h"
#include "trampoline/stage.h"

namespace judgement {

namespace {

constexpr std::uint8_t nmi = 2, breakpoint = 3;

template <class Predicate>
const evidence::Cpu* first(const evidence::Evidence& evidence, Predicate matches) {
    const auto found = std::ranges::find_if(evidence.cpus, matches);
    return found == evidence.cpus.end() ? nullptr : &*found;
}

}  // namespace

bool started(const evidence::Cpu& cpu) {
    return !cpu.trace.empty();
}

bool finished_start(const evidence::Cpu& cpu) {
    return cpu.trace == trampoline::complete_trace;
}

bool at_work(const evidence::Cpu& cpu) {
    return cpu.where.symbol.starts_with(evidence::kernel_names::scheduler);
}

bool reached(const evidence::Cpu& cpu, char stage) {
    return cpu.trace.find(stage) != std::string::npos;
}

const evidence::Exception* oldest_exception(const evidence::Cpu& cpu) {
    const auto found = std::ranges::find_if(
        cpu.exceptions, [](const evidence::Exception& each) { return each.vector != nmi; });
    return found == cpu.exceptions.end() ? nullptr : &*found;
}

bool is_breakpoint(const evidence::Exception& exception) {
    return exception.vector == breakpoint || exception.where.instruction == "int3";
}

const evidence::Cpu* bsp(const evidence::Evidence& evidence) {
    return first(evidence, [](const evidence::Cpu& cpu) { return cpu.cpu == 0; });
}

bool came_to_its_end(const evidence::Evidence& evidence) {
    const evidence::Cpu* boot = bsp(evidence);
    return evidence.end == evidence::End::powered_off && boot && boot->registers &&
           (boot->where.symbol.empty() || boot->where.symbol == evidence::kernel_names::power_off);
}

const evidence::Cpu* concerned(const evidence::Evidence& evidence) {
    if (const auto* died = first(evidence, [](const evidence::Cpu& cpu) { return cpu.died; }))
        return died;
    if (const auto* faulted =
            first(evidence, [](const evidence::Cpu& cpu) { return oldest_exception(cpu); }))
        return faulted;
    return first(evidence, [](const evidence::Cpu& cpu) {
        return cpu.cpu != 0 && started(cpu) && !finished_start(cpu);
    });
}

}  // namespace judgement
