#include "checker/explain/decode.h"

#include <fmt/format.h>

#include "checker/causes/facts.h"
#include "checker/evidence/questions.h"
#include "x86/control_registers.h"

namespace explain {

using evidence::Exception;
using x86::ExceptionVector;

namespace {

std::string_view name(evidence::Mode mode) {
    switch (mode) {
        case evidence::Mode::real:
            return "16-bit real mode";
        case evidence::Mode::protected_16:
            return "16-bit code in protected mode";
        case evidence::Mode::protected_32:
            return "32-bit protected mode";
        case evidence::Mode::paging_32:
            return "32-bit protected mode with paging";
        case evidence::Mode::pae:
            return "32-bit protected mode with PAE paging";
        case evidence::Mode::compatibility:
            return "long mode, but 32-bit code (compatibility mode)";
        case evidence::Mode::long_mode:
            return "64-bit long mode";
    }
    return "?";
}

std::string page_fault_bits(std::uint32_t raw) {
    namespace bits = x86::page_fault;
    const x86::PageFaultError error{raw};
    std::string names;
    for (const auto& [flag, name] : x86::page_fault_names)
        if (error.has(flag))
            names += fmt::format("{}{}", names.empty() ? "" : " ", name);
    const std::string_view access = error.has(bits::w)   ? "a write"
                                    : error.has(bits::i) ? "a fetch"
                                                         : "a read";
    const std::string_view why = error.has(bits::rsvd) ? "an entry has a reserved bit set"
                                 : error.has(bits::p)  ? "the page forbids it"
                                                       : "not present";
    return fmt::format("{}{}{}{}, {}", names, names.empty() ? "" : ": ", access,
                       error.has(bits::u) ? " by ring 3" : "", why);
}

std::string selector(const Autopsy& autopsy, const Exception& exception) {
    const x86::SelectorErrorCode error = causes::selector_error(exception);
    if (error.idt())
        return fmt::format("gate {} of the IDT", gate_of(autopsy, exception));
    if (error.raw <= 1)
        return "no descriptor named";
    return fmt::format("selector {:#x}, entry {} of the {}", error.raw & ~7u, error.index(),
                       error.ti() ? "LDT" : "GDT");
}

}  // namespace

std::string describe(const Autopsy& autopsy, const Exception& exception) {
    const auto vector = ExceptionVector{exception.vector};
    std::string text{x86::mnemonic(vector)};
    if (!exception.error)
        return fmt::format("{}         {}", text, x86::title(vector));
    text += fmt::format(" {:#06x}  ", *exception.error);
    if (vector == ExceptionVector::page_fault)
        return text + page_fault_bits(*exception.error);
    if (x86::names_selector(vector))
        return text + selector(autopsy, exception);
    return text + std::string{x86::title(vector)};
}

std::string describe(const evidence::Location& location) {
    std::string text = fmt::format("{:#x}", location.address);
    if (!location.instruction.empty())
        text = location.instruction;
    const auto append = [&](std::string_view separator, const std::string& part) {
        if (!part.empty())
            text += fmt::format("{}{}", separator, part);
    };
    if (!location.file.empty())
        append("   ", location.line == 0 ? location.file
                                         : fmt::format("{}:{}", location.file, location.line));
    append(location.file.empty() ? "   in " : " in ", location.symbol);
    return text;
}

std::string describe_mode(const evidence::Registers& registers) {
    const evidence::Mode mode = evidence::mode_of(registers);
    const x86::Rflags flags{registers.rflags};
    return fmt::format(
        "{}{}, interrupts {}", name(mode),
        mode == evidence::Mode::real ? "" : fmt::format(", ring {}", registers.cs.selector & 3),
        flags.has(x86::rflags::if_) ? "on" : "off");
}

}  // namespace explain
