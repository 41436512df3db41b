// What an instruction, as the disassembler writes it, was about to use.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "checker/diagnosis/scene.h"
#include "x86/msr.h"

namespace diagnosis {

/// The value of the general register that the instruction names last: of EAX in "mov cr4, eax", of
/// RBX in "call rbx", cut to its size. Nothing if something else stands there.
std::optional<std::uint64_t> source_value(std::string_view instruction, const Registers& registers);

/// What WRMSR was to write to this register when the processor refused it.
std::optional<std::uint64_t> refused_wrmsr(const Scene& scene, x86::Msr msr);

/// The selector in "jmp far 0x0010:0x0000819e"; nothing for a jump that takes it from memory or the
/// stack.
std::optional<std::uint16_t> selector_in(std::string_view instruction);

/// Bits 63 to `lowest` are all 1: a number below 0 that was widened to 64 bits looks so.
constexpr bool is_negative(std::uint64_t value, unsigned lowest) {
    return value >> lowest == ~std::uint64_t{0} >> lowest;
}

/// `after` is `before`, which has NXE, and NXE added to it by a `+`; and what to say then.
constexpr bool is_sum_with_nxe(x86::Efer after, x86::Efer before) {
    return before.has(x86::efer::nxe) && after.raw == before.raw + x86::efer::nxe.raw;
}
inline constexpr std::string_view sum_with_nxe =
    "NXE was added to a value that has it already, and a sum carries: that clears the bit and sets "
    "the one above it. An OR does not.";

/// What to say where CR0 was given what leave_stage leaves in AL, the UART's line status, or in DX,
/// the port that has it; else empty. Of CR0 ET is always 1, and what was wanted may have been set
/// in it since.
std::string_view left_by_a_stage(x86::Cr0 value);

/// That bit 0, `name`, is set in the place of the one with this mask; empty if `is_set` is false.
std::string bit_0_instead(bool is_set, std::string_view name, std::uint64_t mask);

/// What a selector leads to in a table of lab 2: "the data segment".
std::string what_it_is(std::uint16_t selector);

}  // namespace diagnosis
