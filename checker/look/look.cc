#include "checker/look/look.h"

#include <algorithm>
#include <fmt/format.h>

#include "checker/error.h"
#include "checker/look/describe.h"

namespace look {

namespace {

using evidence::Cpu;

struct Known {
    std::string_view name;
    std::string (*tell)(const Standing&, const Cpu&);
};

constexpr auto all_known = std::to_array<Known>({
    {"ap-trace", trace},
    {"code", code},
    {"ended", ended},
    {"efer", control},
    {"gdt", gdt},
    {"idt", idt},
    {"lapic", lapic},
    {"per-cpu", record},
    {"stop", stop},
});

}  // namespace

std::vector<std::string> questions() {
    std::vector<std::string> names{"walk"};
    for (const Known& each : all_known)
        names.emplace_back(each.name);
    return names;
}

std::string answer(const Question& question, const Standing& standing) {
    const std::vector<Cpu>& cpus = standing.evidence().cpus;
    const unsigned one = question.cpu.value_or(standing.cpu_of_thread(question.thread));
    if (!question.all && one >= cpus.size())
        throw checker::Error(
            fmt::format("there is no CPU {}: say 0 to {}, or all", one, cpus.size() - 1));
    const auto* known = std::ranges::find(all_known, question.what, &Known::name);
    std::string text;
    for (const Cpu& cpu : cpus) {
        if ((!question.all && cpu.cpu != one) || !cpu.registers)
            continue;
        text += known == all_known.end() ? walk(standing, cpu, question.address.value_or(0))
                                         : known->tell(standing, cpu);
    }
    return text;
}

}  // namespace look
