#include "checker/evidence/faults.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

#include "checker/evidence/questions.h"

namespace evidence {

using x86::ExceptionVector;

std::string_view mnemonic(const Exception& exception) {
    return x86::mnemonic(ExceptionVector{exception.vector});
}

bool is(const Exception& exception, ExceptionVector vector) {
    return exception.vector == static_cast<std::uint8_t>(vector);
}

bool page_fault_with(const Exception& exception, x86::PageFaultError bits) {
    return is(exception, ExceptionVector::page_fault) && exception.error &&
           x86::PageFaultError{*exception.error}.has(bits);
}

bool is_fetch_fault(const Exception& exception) {
    // The I bit needs NXE or SMEP, so that an early fetch is known by its address. [sdm3 4.7]
    return is(exception, ExceptionVector::page_fault) && exception.cr2 == exception.where.address &&
           !page_fault_with(exception, x86::page_fault::w);
}

x86::SelectorErrorCode selector_error(const Exception& exception) {
    return {exception.error.value_or(0)};
}

bool about_gate(const Exception& exception) {
    return x86::names_selector(ExceptionVector{exception.vector}) && exception.error &&
           selector_error(exception).idt();
}

unsigned gate_of(const Cpu& cpu, const Exception& exception) {
    const unsigned index = selector_error(exception).index();
    const auto was_delivered = [&](unsigned vector) {
        return std::ranges::any_of(cpu.exceptions, [=](const Exception& each) {
            return each.vector == vector || each.interrupt == vector;
        });
    };
    const bool doubled = index % 2 == 0 && !was_delivered(index) && was_delivered(index / 2);
    return doubled ? index / 2 : index;
}

bool beside_stack(std::uint64_t address, const Registers& registers) {
    constexpr std::uint64_t below = 256, above = 64;
    return address - (registers.rsp - below) < below + above;
}

bool within(std::uint64_t address, const TableRegister& table) {
    return table.limit != 0 && address - table.base <= table.limit;
}

bool no_idt(const Registers& registers) {
    constexpr std::uint32_t after_reset = 0xffff, of_bios = 0x3ff;
    const auto [base, limit] = registers.idt;
    return limit == 0 || (base == 0 && (limit == after_reset || limit == of_bios));
}

std::string holds_cr3(const Registers& registers) {
    constexpr auto fields = std::to_array<std::pair<std::string_view, std::uint64_t Registers::*>>(
        {{"AX", &Registers::rax},
         {"BX", &Registers::rbx},
         {"CX", &Registers::rcx},
         {"DX", &Registers::rdx},
         {"SI", &Registers::rsi},
         {"DI", &Registers::rdi}});
    for (const auto& [name, field] : fields)
        if (registers.control.cr3 != 0 && registers.*field == registers.control.cr3)
            return fmt::format("{}{}", mode_of(registers) == Mode::long_mode ? 'R' : 'E', name);
    return "";
}

}  // namespace evidence
