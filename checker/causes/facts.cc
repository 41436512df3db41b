#include "checker/causes/facts.h"

#include <array>
#include <fmt/format.h>
#include <utility>

#include "checker/evidence/questions.h"
#include "x86/page.h"

namespace causes {

using evidence::Exception;
using x86::ExceptionVector;

bool raised(const Autopsy& autopsy, ExceptionVector vector) {
    return autopsy.oldest() && autopsy.oldest()->vector == static_cast<std::uint8_t>(vector);
}

bool page_fault_with(const Autopsy& autopsy, x86::PageFaultError bits) {
    return raised(autopsy, ExceptionVector::page_fault) && autopsy.oldest()->error &&
           x86::PageFaultError{*autopsy.oldest()->error}.has(bits);
}

bool at_instruction(const Autopsy& autopsy, std::string_view part) {
    return place_of(autopsy).instruction.find(part) != std::string::npos;
}

bool fetch_fault(const Autopsy& autopsy) {
    // The I bit needs NXE or SMEP, so that an early fetch is known by its address. [sdm3 4.7]
    return raised(autopsy, ExceptionVector::page_fault) && autopsy.oldest()->cr2 &&
           !page_fault_with(autopsy, x86::page_fault::w) &&
           autopsy.oldest()->cr2 == autopsy.oldest()->where.address;
}

bool beside_stack(std::uint64_t address, const evidence::Registers& registers) {
    constexpr std::uint64_t below = 256, above = 64;
    return address - (registers.rsp - below) < below + above;
}

bool within(std::uint64_t address, const evidence::TableRegister& table) {
    return table.limit != 0 && address - table.base <= table.limit;
}

const evidence::Location& place_of(const Autopsy& autopsy) {
    return autopsy.oldest() ? autopsy.oldest()->where : autopsy.stood_at;
}

std::string holds_cr3(const evidence::Registers& registers) {
    using evidence::Registers;
    constexpr auto fields = std::to_array<std::pair<std::string_view, std::uint64_t Registers::*>>(
        {{"AX", &Registers::rax},
         {"BX", &Registers::rbx},
         {"CX", &Registers::rcx},
         {"DX", &Registers::rdx},
         {"SI", &Registers::rsi},
         {"DI", &Registers::rdi}});
    const bool wide = evidence::mode_of(registers) == evidence::Mode::long_mode;
    for (const auto& [name, field] : fields)
        if (registers.control.cr3 != 0 && registers.*field == registers.control.cr3)
            return fmt::format("{}{}", wide ? 'R' : 'E', name);
    return "";
}

bool in_ring_3(const Autopsy& autopsy) {
    return autopsy.before && evidence::mode_of(*autopsy.before) != evidence::Mode::real &&
           (autopsy.before->cs.selector & 3) == 3;
}

x86::SelectorErrorCode selector_error(const Exception& exception) {
    return {exception.error.value_or(0)};
}

bool about_gate(const Exception& exception) {
    return x86::names_selector(ExceptionVector{exception.vector}) && exception.error &&
           selector_error(exception).idt();
}

unsigned gate_of(const Autopsy& autopsy, const Exception& exception) {
    const unsigned index = selector_error(exception).index();
    const auto was_delivered = [&](unsigned vector) {
        if (autopsy.interrupt == vector)
            return true;
        for (const Exception& each : autopsy.chain)
            if (each.vector == vector)
                return true;
        return false;
    };
    const bool doubled = index % 2 == 0 && !was_delivered(index) && was_delivered(index / 2);
    return doubled ? index / 2 : index;
}

}  // namespace causes
