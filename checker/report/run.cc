#include "checker/report/run.h"

#include <algorithm>
#include <fmt/format.h>

#include "checker/diagnosis/exhibits.h"
#include "checker/evidence/questions.h"
#include "checker/report/state.h"
#include "checker/report/story.h"
#include "checker/report/timeline.h"
#include "x86/exception.h"

namespace report {

namespace {

using evidence::Cpu;
using evidence::Evidence;
using evidence::Exception;
using x86::ExceptionVector;

constexpr std::size_t last_output = 3000;
// A chain has three or four; a guest that handles its faults may go on for long.
constexpr std::size_t most_boxes = 8;

std::string page_fault_in_words(x86::PageFaultError error) {
    namespace bits = x86::page_fault;
    std::string text = error.has(bits::i)   ? "instruction fetch"
                       : error.has(bits::w) ? "write"
                                            : "read";
    if (error.has(bits::u))
        text += " from ring 3";
    if (error.has(bits::rsvd))
        return text + ", a reserved bit is set in an entry";
    return text + (error.has(bits::p) ? ", the page forbids it" : ", not present");
}

std::string selector_in_words(x86::SelectorErrorCode error) {
    if (error.raw == 0)
        return "names no descriptor";
    std::string text;
    if (error.idt())
        text = fmt::format("IDT gate {} ({})", error.index(),
                           x86::mnemonic(static_cast<ExceptionVector>(error.index() & 0xff)));
    else
        text = fmt::format("{} entry {}", error.ti() ? "LDT" : "GDT", error.index());
    return error.ext() ? text + ", while delivering another event" : text;
}

void add_box(Element& chain, const Exception& exception, const Exception* before) {
    const auto vector = static_cast<ExceptionVector>(exception.vector);
    Element box = chain.add("li", before ? "" : "cause");
    box.add("h4", "", x86::mnemonic(vector)).text(" ").add("small", "", x86::title(vector));
    if (!before)
        box.add("p", "tag", "the cause");
    Element list = box.add("dl");
    if (exception.error) {
        const std::string words = error_in_words(exception.vector, *exception.error);
        list.item("error",
                  fmt::format("{:#04x}{}{}", *exception.error, words.empty() ? "" : ": ", words));
    }
    if (exception.cr2)
        list.item("CR2", fmt::format("{:#018x}", *exception.cr2), "mono");
    list.item("RIP", fmt::format("{:#018x}", exception.where.address), "mono");
    list.item("at", before && before->where.address == exception.where.address
                        ? "the same instruction"
                        : shortened(diagnosis::describe(exception.where)));
    list.item("engine", shortened(exception.engine_text));
}

// The exceptions that ended a CPU as a row of boxes, the oldest first, the triple fault last.
void add_chain(Element& parent, const Cpu& cpu, evidence::End end) {
    const Exception* oldest = evidence::oldest_exception(cpu);
    if (!oldest)
        return;
    Element chain = parent.part(fmt::format("What CPU {} raised, the oldest first", cpu.cpu))
                        .add("ol", "chain");
    const Exception* const behind = cpu.exceptions.data() + cpu.exceptions.size();
    const Exception* before = nullptr;
    for (const Exception* each = oldest; each != behind; before = each++) {
        if (static_cast<std::size_t>(each - oldest) == most_boxes) {
            chain.add("li", "", fmt::format("and {} more", behind - each));
            break;
        }
        add_box(chain, *each, before);
    }
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

std::string error_in_words(unsigned vector, std::uint32_t error) {
    if (vector == static_cast<unsigned>(ExceptionVector::page_fault))
        return page_fault_in_words({error});
    if (vector < x86::exception_vector_count &&
        x86::names_selector(static_cast<ExceptionVector>(vector)))
        return selector_in_words({error});
    return "";
}

void add_run(Element& parent, const grading::Run& run, const SourceReader& sources) {
    const Evidence& evidence = run.evidence;
    const Cpu* cpu = told_about(run);
    if (run.diagnosis && !run.diagnosis->exhibits.empty())
        add_exhibits(parent, run.diagnosis->exhibits);
    const Exception* oldest = cpu ? evidence::oldest_exception(*cpu) : nullptr;
    if (oldest)
        add_source(parent, "Where it happened", oldest->where, sources);
    else if (cpu && evidence.end != evidence::End::panicked)  // which stops all in one place
        add_source(parent, fmt::format("Where CPU {} stands", cpu->cpu), cpu->where, sources);
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
