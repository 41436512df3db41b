#include "checker/report/html_chain.h"

#include <fmt/format.h>

#include "checker/evidence/questions.h"
#include "x86/exception.h"

namespace report {

namespace {

using evidence::Exception;
using x86::ExceptionVector;

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
    Element title = box.add("h4", "", x86::mnemonic(vector));
    title.text(" ").add("small", "", x86::title(vector));
    if (!before)
        box.add("p", "tag", "the cause");
    Element list = box.add("dl");
    add_item(list, "vector", fmt::format("{}", exception.vector));
    if (exception.error) {
        const std::string words = error_in_words(exception.vector, *exception.error);
        add_item(list, "error",
                 fmt::format("{:#04x}{}{}", *exception.error, words.empty() ? "" : ": ", words));
    }
    if (exception.cr2)
        add_item(list, "CR2", fmt::format("{:#018x}", *exception.cr2), "mono");
    if (before && before->where.address == exception.where.address)
        add_item(list, "at", "the same instruction");
    else
        add_place(list, exception.where);
    if (!exception.engine_text.empty())
        add_item(list, "engine", shortened(exception.engine_text));
}

}  // namespace

void add_item(Element& list, std::string_view name, std::string_view value, std::string_view kind) {
    list.add("dt", "", name);
    list.add("dd", kind, value);
}

void add_place(Element& list, const evidence::Location& where) {
    add_item(list, "RIP", fmt::format("{:#018x}", where.address), "mono");
    if (!where.symbol.empty())
        add_item(list, "in", shortened(where.symbol), "mono");
    if (!where.file.empty())
        add_item(list, "line",
                 where.line == 0 ? shortened(where.file)
                                 : fmt::format("{}:{}", shortened(where.file), where.line),
                 "mono");
    if (!where.instruction.empty())
        add_item(list, "does", shortened(where.instruction), "mono");
}

std::string error_in_words(unsigned vector, std::uint32_t error) {
    if (vector == static_cast<unsigned>(ExceptionVector::page_fault))
        return page_fault_in_words({error});
    if (vector < x86::exception_vector_count &&
        x86::names_selector(static_cast<ExceptionVector>(vector)))
        return selector_in_words({error});
    return "";
}

void add_chain(Element& parent, const evidence::Cpu& cpu, evidence::End end) {
    const Exception* oldest = evidence::oldest_exception(cpu);
    if (!oldest)
        return;
    Element section = parent.add("section", "part");
    section.add("h3", "", fmt::format("What CPU {} raised, the oldest first", cpu.cpu));
    Element chain = section.add("ol", "chain");
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

}  // namespace report
