// Exceptions: their vectors, names and error codes. [sdm3 6.3] [sdm3 6.13] [apm2 8.2]
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "x86/flags.h"

namespace x86 {

enum class ExceptionVector : std::uint8_t {
    divide_error = 0,
    debug = 1,
    non_maskable_interrupt = 2,
    breakpoint = 3,
    overflow = 4,
    bound_range_exceeded = 5,
    invalid_opcode = 6,
    device_not_available = 7,
    double_fault = 8,
    invalid_tss = 10,
    segment_not_present = 11,
    stack_segment_fault = 12,
    general_protection = 13,
    page_fault = 14,
    x87_error = 16,
    alignment_check = 17,
    machine_check = 18,
    simd_error = 19,
    virtualization = 20,
    control_protection = 21,
};

/// Vectors below this one belong to the processor; interrupts may use the rest.
inline constexpr unsigned exception_vector_count = 32;

/// What the manuals say of one vector.
struct ExceptionDescription {
    std::string_view mnemonic = "?";
    std::string_view title = "reserved";
    bool pushes_error_code = false;
};

/// All 32, by vector. Vectors that no manual defines keep the defaults.
inline constexpr std::array<ExceptionDescription, exception_vector_count> exceptions = [] {
    std::array<ExceptionDescription, exception_vector_count> table;
    table[0] = {"#DE", "divide error"};
    table[1] = {"#DB", "debug"};
    table[2] = {"NMI", "non-maskable interrupt"};
    table[3] = {"#BP", "breakpoint"};
    table[4] = {"#OF", "overflow"};
    table[5] = {"#BR", "BOUND range exceeded"};
    table[6] = {"#UD", "invalid opcode"};
    table[7] = {"#NM", "device not available"};
    table[8] = {"#DF", "double fault", true};
    table[10] = {"#TS", "invalid TSS", true};
    table[11] = {"#NP", "segment not present", true};
    table[12] = {"#SS", "stack-segment fault", true};
    table[13] = {"#GP", "general protection", true};
    table[14] = {"#PF", "page fault", true};
    table[16] = {"#MF", "x87 floating-point error"};
    table[17] = {"#AC", "alignment check", true};
    table[18] = {"#MC", "machine check"};
    table[19] = {"#XM", "SIMD floating-point error"};
    table[20] = {"#VE", "virtualization exception"};
    table[21] = {"#CP", "control protection", true};
    table[28] = {"#HV", "hypervisor injection"};
    table[29] = {"#VC", "VMM communication", true};
    table[30] = {"#SX", "security exception", true};
    return table;
}();

/// The description of any vector; of those from 32 on, that they are interrupts.
constexpr ExceptionDescription describe(ExceptionVector vector) {
    const auto number = static_cast<unsigned>(vector);
    return number < exceptions.size() ? exceptions[number]
                                      : ExceptionDescription{"INT", "interrupt", false};
}
/// "#PF"
constexpr std::string_view mnemonic(ExceptionVector vector) {
    return describe(vector).mnemonic;
}
/// "page fault"
constexpr std::string_view title(ExceptionVector vector) {
    return describe(vector).title;
}
/// Whether the processor pushes an error code below the return frame.
constexpr bool pushes_error_code(ExceptionVector vector) {
    return describe(vector).pushes_error_code;
}
/// Whether that code is a SelectorErrorCode.
constexpr bool names_selector(ExceptionVector vector) {
    return vector >= ExceptionVector::invalid_tss && vector <= ExceptionVector::general_protection;
}

/// The error code of #TS, #NP, #SS and #GP: the descriptor at fault, or 0. [sdm3 6.13]
struct SelectorErrorCode {
    std::uint32_t raw = 0;

    constexpr bool ext() const { return (raw & 1) != 0; }  // met while delivering another event
    constexpr bool idt() const { return (raw & 2) != 0; }  // `index` is a vector of the IDT
    constexpr bool ti() const { return (raw & 4) != 0; }   // the LDT, else the GDT; if not idt()
    constexpr unsigned index() const { return raw >> 3 & 0x1fff; }

    constexpr bool operator==(const SelectorErrorCode&) const = default;
};

static_assert(mnemonic(ExceptionVector::device_not_available) == "#NM");
static_assert(mnemonic(ExceptionVector::page_fault) == "#PF");

/// Bit v is set if vector v pushes an error code: what traps.asm has to know.
inline constexpr std::uint32_t vectors_with_error_code = [] {
    std::uint32_t pushing = 0;
    for (unsigned number = 0; number < exceptions.size(); ++number) {
        pushing |= std::uint32_t{exceptions[number].pushes_error_code} << number;
    }
    return pushing;
}();

// [apm2 Table 8-1] and [sdm3 Table 6-1] together: 8, 10 to 14, 17, 21, 29 and 30 push a code.
static_assert(vectors_with_error_code == 0x60227d00);

// A #GP for vector 14 of an IDT without that gate, raised while a #PF was delivered: 0x73.
static_assert(SelectorErrorCode{0x73}.ext() && SelectorErrorCode{0x73}.idt());
static_assert(SelectorErrorCode{0x73}.index() == 14);
// Lab 2's #GP(8): the first descriptor of the GDT.
static_assert(!SelectorErrorCode{8}.idt() && SelectorErrorCode{8}.index() == 1);

/// The error code of a page fault. [sdm3 4.7] [apm2 8.4.2]
using PageFaultError = Flags<struct PageFaultErrorTag, std::uint32_t>;

namespace page_fault {
inline constexpr PageFaultError p = flag<PageFaultError>(0);     // every level was present
inline constexpr PageFaultError w = flag<PageFaultError>(1);     // the access was a write
inline constexpr PageFaultError u = flag<PageFaultError>(2);     // the access was made in ring 3
inline constexpr PageFaultError rsvd = flag<PageFaultError>(3);  // an entry has a reserved bit set
inline constexpr PageFaultError i = flag<PageFaultError>(4);     // a fetch; with NXE or SMEP only
inline constexpr PageFaultError pk = flag<PageFaultError>(5);    // a protection key forbids it
inline constexpr PageFaultError ss = flag<PageFaultError>(6);    // a shadow-stack access
inline constexpr PageFaultError sgx = flag<PageFaultError>(15);  // SGX's own access control
}  // namespace page_fault

inline constexpr auto page_fault_names = std::to_array<NamedFlag<PageFaultError>>({
    {page_fault::p, "P"},
    {page_fault::w, "W"},
    {page_fault::u, "U"},
    {page_fault::rsvd, "RSVD"},
    {page_fault::i, "I"},
    {page_fault::pk, "PK"},
    {page_fault::ss, "SS"},
    {page_fault::sgx, "SGX"},
});

// The two codes of the documented triple fault: QEMU reports 0x0a, Bochs and the manual 0x0b.
static_assert((page_fault::w | page_fault::rsvd).raw == 0x0a);
static_assert((page_fault::p | page_fault::w | page_fault::rsvd).raw == 0x0b);

}  // namespace x86
