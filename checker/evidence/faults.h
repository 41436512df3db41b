// What an exception, and the registers that it found, say by themselves: of any kernel.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "checker/evidence/evidence.h"
#include "x86/exception.h"

namespace evidence {

/// "#PF"
std::string_view mnemonic(const Exception& exception);
/// It is `vector`.
bool is(const Exception& exception, x86::ExceptionVector vector);
/// A fault `second` while `first` is being delivered makes a #DF. [sdm3 6.15]
constexpr bool make_double_fault(std::uint8_t first, std::uint8_t second) {
    constexpr auto contributory = [](std::uint8_t vector) {
        return vector == 0 || (vector >= 10 && vector <= 13);
    };
    constexpr auto page_fault = static_cast<std::uint8_t>(x86::ExceptionVector::page_fault);
    return first == page_fault ? second == page_fault || contributory(second)
                               : contributory(first) && contributory(second);
}

/// It is a #PF with all of these bits.
bool page_fault_with(const Exception& exception, x86::PageFaultError bits);
/// It is a #PF of an instruction's own fetch.
bool is_fetch_fault(const Exception& exception);
/// The error code of a #TS, #NP, #SS or #GP.
x86::SelectorErrorCode selector_error(const Exception& exception);
/// It is one of those, about a gate of the IDT.
bool about_gate(const Exception& exception);
/// The vector of that gate. QEMU before 8.0 counts in gates of 16 bytes in long mode.
unsigned gate_of(const Cpu& cpu, const Exception& exception);

/// The address of a #PF is where a PUSH or CALL writes next, or right beside.
bool beside_stack(std::uint64_t address, const Registers& registers);
/// In the table that the register describes.
bool within(std::uint64_t address, const TableRegister& table);
/// No IDT was ever loaded: its register is as a reset left it, or has nothing in it.
bool no_idt(const Registers& registers);
/// A general register that holds what CR3 does: "RAX", "EAX"; empty where none does, or CR3 is 0.
std::string holds_cr3(const Registers& registers);

}  // namespace evidence
