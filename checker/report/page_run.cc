#include <algorithm>
#include <fmt/format.h>

#include "checker/evidence/faults.h"
#include "checker/evidence/questions.h"
#include "checker/evidence/words.h"
#include "checker/report/page.h"
#include "checker/report/story.h"
#include "x86/exception.h"

namespace report {

namespace {

using evidence::Cpu;
using evidence::Evidence;
using evidence::Exception;

constexpr std::size_t last_output = 3000;
// A chain has three or four; a guest that handles its faults may go on for long.
constexpr std::size_t most_boxes = 8;

void add_box(Element& chain, const Cpu& cpu, const Exception& exception, const Exception* before) {
    Element box = chain.add("li", before ? "" : "cause");
    box.add("h4", "", mnemonic(exception))
        .text(" ")
        .add("small", "", x86::title(x86::ExceptionVector{exception.vector}));
    if (!before)
        box.add("p", "tag", "the cause");
    Element list = box.add("dl");
    if (exception.error) {
        const std::string words = error_in_words(cpu, exception);
        list.item("error",
                  fmt::format("{:#04x}{}{}", *exception.error, words.empty() ? "" : ": ", words));
    }
    if (exception.cr2)
        list.item("CR2", fmt::format("{:#018x}", *exception.cr2), "mono");
    list.item("RIP", fmt::format("{:#018x}", exception.where.address), "mono");
    list.item("at", before && before->where.address == exception.where.address
                        ? "the same instruction"
                        : shortened(evidence::describe(exception.where)));
    list.item("engine", shortened(exception.engine_text));
}

// The exceptions that ended a CPU as a row of boxes, the oldest first, the triple fault last.
void add_chain(Element& parent, const Cpu& cpu, evidence::End end) {
    const auto exceptions = evidence::chain_of(cpu);
    if (exceptions.empty())
        return;
    Element chain = parent.part(fmt::format("What CPU {} raised, the oldest first", cpu.cpu))
                        .add("ol", "chain");
    const std::size_t shown = std::min(exceptions.size(), most_boxes);
    for (std::size_t i = 0; i < shown; ++i)
        add_box(chain, cpu, exceptions[i], i == 0 ? nullptr : &exceptions[i - 1]);
    if (shown < exceptions.size())
        chain.add("li", "", fmt::format("and {} more", exceptions.size() - shown));
    if (end == evidence::End::triple_fault && cpu.died) {
        Element box = chain.add("li", "end");
        box.add("h4", "", "Triple fault");
        box.add("p", "",
                "No handler could be entered. The CPU shuts down, and the machine resets.");
    }
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

void add_exhibits(Element& parent, const std::vector<diagnosis::Exhibit>& exhibits) {
    Element list = parent.part("What shows it").add("dl", "advice");
    for (const diagnosis::Exhibit& each : exhibits) {
        std::string lines;
        for (const std::string& line : each.lines)
            lines += shortened(line) + "\n";
        list.add("dt", "", each.label);
        list.add("dd").add("pre", "", lines);
    }
}

}  // namespace

void add_run(Element& parent, const grading::Run& run, const SourceReader& sources) {
    const Evidence& evidence = run.evidence;
    const Cpu* cpu = told_about(run);
    if (run.diagnosis && !run.diagnosis->exhibits.empty())
        add_exhibits(parent, run.diagnosis->exhibits);
    const Exception* oldest = cpu ? evidence::oldest_exception(*cpu) : nullptr;
    if (oldest)
        add_source(parent, "Where it happened", oldest->where, sources);
    else if (cpu && evidence.end != evidence::End::panicked &&  // which stops all in one place
             !(cpu->cpu == 0 && evidence::came_to_its_end(evidence)))
        add_source(parent, fmt::format("Where CPU {} stands", cpu->cpu), evidence::stand(*cpu),
                   sources);
    add_timeline(parent, evidence, cpu);
    if (cpu) {
        add_chain(parent, *cpu, evidence.end);
        if (evidence.fault_walk && evidence.fault_walk->cpu == cpu->cpu)
            add_walk(parent, evidence.fault_walk->walk);
        add_registers(parent, *cpu, evidence::bsp(evidence));
    }
    add_output(parent, evidence);
}

}  // namespace report
