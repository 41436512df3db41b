#include "checker/report/html_run.h"

#include <algorithm>
#include <fmt/format.h>

#include "checker/diagnosis/exhibits.h"
#include "checker/evidence/questions.h"
#include "checker/report/brief.h"
#include "checker/report/html_chain.h"
#include "checker/report/html_commands.h"
#include "checker/report/html_descriptors.h"
#include "checker/report/html_registers.h"
#include "checker/report/html_timeline.h"
#include "checker/report/html_walk.h"

namespace report {

namespace {

using evidence::Cpu;
using evidence::Evidence;

constexpr std::size_t last_output = 3000;
constexpr unsigned lab_of_the_start = 3;

// Where a CPU without an exception stands, which explains a hang; a panic stops every CPU in one
// place.
bool stands_somewhere(const Evidence& evidence, const Cpu& cpu) {
    return evidence.end != evidence::End::panicked && !evidence::oldest_exception(cpu) &&
           (!cpu.where.symbol.empty() || !cpu.where.file.empty());
}

void add_scene(Element& parent, const Evidence& evidence, const Cpu& cpu,
               const SourceReader& sources) {
    if (const evidence::Exception* oldest = evidence::oldest_exception(cpu))
        return add_source(parent, "Where it happened", oldest->where, sources);
    if (!stands_somewhere(evidence, cpu))
        return;
    Element section = parent.add("section", "part");
    section.add("h3", "", fmt::format("Where CPU {} stands", cpu.cpu));
    section.add("p", "mono", shortened(diagnosis::describe(cpu.where)));
    add_source(section, "The line", cpu.where, sources);
}

// From the beginning of a line on.
std::string_view end_of(std::string_view text) {
    if (text.size() <= last_output)
        return text;
    text.remove_prefix(text.size() - last_output);
    return text.substr(std::min(text.find('\n') + 1, text.size()));
}

void add_output(Element& parent, const Evidence& evidence) {
    if (evidence.serial.empty())
        return;
    Element details = parent.add("details", "part");
    details.add("summary", "", "What the kernel printed last");
    details.add("p", "note", "Shown as it came. No point depends on it.");
    std::string text{end_of(evidence.serial)};
    std::erase(text, '\r');
    details.add("pre", "output", text);
}

}  // namespace

void add_run(Element& parent, const grading::Run& run, const SourceReader& sources) {
    const Evidence& evidence = run.evidence;
    const Cpu* cpu = told_about(run);
    if (!evidence.panic_text.empty()) {
        Element section = parent.add("section", "part");
        section.add("h3", "", "The kernel's last words");
        section.add("p", "mono", shortened(evidence.panic_text));
    }
    if (cpu)
        add_scene(parent, evidence, *cpu, sources);
    add_timeline(parent, evidence, cpu);
    if (run.diagnosis && run.diagnosis->lab == lab_of_the_start)
        add_commands(parent, evidence);
    if (cpu) {
        add_chain(parent, *cpu, evidence.end);
        if (evidence.fault_walk && evidence.fault_walk->cpu == cpu->cpu)
            add_walk(parent, evidence.fault_walk->walk);
        add_descriptors(parent, evidence, *cpu);
        add_registers(parent, *cpu, evidence::bsp(evidence));
    }
    add_output(parent, evidence);
}

}  // namespace report
