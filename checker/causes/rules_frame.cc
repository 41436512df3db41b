// What goes wrong between the rings: frames, gates, the TSS, an IDT that only one CPU has.
#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "checker/causes/cause.h"
#include "checker/causes/facts.h"

namespace causes {

namespace {

using evidence::Exception;
using evidence::Registers;
using x86::ExceptionVector;
namespace bits = x86::page_fault;

// What lay on the stack instead. An error code has not the selector's low two bits.
std::string looks_like(std::uint32_t error) {
    constexpr std::uint32_t interrupts_on = 0x200, status = 0xd5;
    const std::uint32_t byte = error >> 8 & 0xff;
    if ((byte << 8 | byte) >> 3 == (error & 0xffff) >> 3)
        return fmt::format(
            " It looks like {0:#04x}{0:02x}, one byte repeated: memory that was filled.", byte);
    return (error & interrupts_on) != 0 && (error & ~(interrupts_on | status)) == 0
               ? " It looks like RFLAGS."
               : "";
}

// No kernel has a selector that far beyond its table.
std::optional<Cause> selector_garbage(const Autopsy& autopsy) {
    if (!autopsy.oldest() || !autopsy.before || !autopsy.has_tables)
        return {};
    const Exception& oldest = *autopsy.oldest();
    if (!x86::names_selector(ExceptionVector{oldest.vector}) || about_gate(oldest) ||
        at_instruction(autopsy, "iret"))
        return {};
    constexpr std::uint64_t far_away = 0x200;  // 64 entries
    const x86::SelectorErrorCode error = selector_error(oldest);
    const std::uint64_t offset = error.index() * 8ull;
    const std::uint64_t size = error.ti() ? 0 : autopsy.before->gdt.limit + 1ull;
    const bool no_ldt = autopsy.before->ldtr.selector == 0;
    if (offset < far_away || offset <= 4 * size || (error.ti() && !no_ldt))
        return {};
    return Cause{"selector-garbage",
                 fmt::format("{} took {:#x} for a selector, and it is none: entry {} of {}.{}",
                             who(autopsy), error.raw & ~3u, error.index(),
                             error.ti() ? std::string{"an LDT, where LDTR is 0"}
                                        : fmt::format("a GDT of {}", size / 8),
                             looks_like(error.raw))};
}

// Vector 0x80 in QEMU since 8.0 is 0x402, before it, in long mode, that was 0x40's.
std::string or_half(const Autopsy& autopsy, unsigned vector) {
    const bool doubled = autopsy.engine == evidence::Engine::qemu && !autopsy.interrupt &&
                         autopsy.before->control.efer.has(x86::efer::lma) && vector % 2 == 0 &&
                         vector / 2 >= x86::exception_vector_count;
    return doubled ? fmt::format(" (QEMU before 8.0 means {:#x} by that code)", vector / 2) : "";
}

// EXT, or an interrupt that was logged, speak for a device; but not all emulators set EXT.
std::optional<Cause> gate_refuses_ring_3(const Autopsy& autopsy) {
    if (!autopsy.oldest() || !in_ring_3(autopsy) || !about_gate(*autopsy.oldest()) ||
        selector_error(*autopsy.oldest()).ext() ||
        (autopsy.interrupt && !autopsy.int_instruction) ||
        (autopsy.has_tables && no_idt(*autopsy.before)))
        return {};
    const Exception& oldest = *autopsy.oldest();
    const bool by_bochs = autopsy.engine == evidence::Engine::bochs;
    const bool refused = oldest.engine_text.find("soft_int") != std::string::npos;
    if (by_bochs && !refused)  // it says so of an INT n
        return {};
    const unsigned vector =
        autopsy.interrupt.value_or(static_cast<std::uint8_t>(gate_of(autopsy, oldest)));
    const std::string gate = refused               ? "has a DPL below 3"
                             : oldest.vector == 11 ? "is not present"
                                                   : "has DPL 0, or is none";
    return Cause{"gate-refuses-ring-3",
                 fmt::format("{} executed INT {:#x} in ring 3, error code {:#x}, and that gate of "
                             "its IDT {}{}.",
                             who(autopsy), vector, oldest.error.value_or(0), gate,
                             or_half(autopsy, vector))};
}

// A supervisor's access while CS is ring 3's: the processor's own, on the way out of it.
std::optional<Cause> tss_stack_missing(const Autopsy& autopsy) {
    if (!raised(autopsy, ExceptionVector::page_fault) || !in_ring_3(autopsy) ||
        !autopsy.oldest()->cr2 || !autopsy.oldest()->error || page_fault_with(autopsy, bits::u) ||
        page_fault_with(autopsy, bits::rsvd))
        return {};
    const Registers& registers = *autopsy.before;
    const std::uint64_t address = *autopsy.oldest()->cr2;
    const bool wide = registers.control.efer.has(x86::efer::lma);
    const std::string event =
        autopsy.interrupt ? fmt::format("vector {:#x}", *autopsy.interrupt) : "an interrupt";
    const char* pointer = wide ? "RSP0" : "ESP0";
    if (autopsy.has_tables && registers.tr.selector == 0)
        return Cause{"tss-stack-missing",
                     fmt::format("{} left ring 3 for {}, and has no TSS to take {} from: TR is 0.",
                                 who(autopsy), event, pointer)};
    if (!page_fault_with(autopsy, bits::w))
        return {};
    constexpr std::uint64_t frame = 64;
    const std::uint64_t below = wide ? 0 - address : (1ull << 32) - address;
    return Cause{"tss-stack-missing",
                 below <= frame
                     ? fmt::format("{} left ring 3 for {}, and pushed at {:#x}, {} below 0: "
                                   "TSS.{} is 0.",
                                   who(autopsy), event, address, below, pointer)
                     : fmt::format("{} left ring 3 for {}, and the stack that its TSS names, at "
                                   "{:#x}, cannot be written.",
                                   who(autopsy), event, address)};
}

// What a page fault of a program is about is for the kernel's handler to find out.
std::optional<Cause> ring_3_without_idt(const Autopsy& autopsy) {
    if (!in_ring_3(autopsy) || !autopsy.has_tables || !no_idt(*autopsy.before) ||
        !page_fault_with(autopsy, bits::u) || page_fault_with(autopsy, bits::rsvd))
        return {};
    const auto& [base, limit] = autopsy.before->idt;
    const std::string what = fmt::format(
        "{} met a page fault of ring 3, which is ordinary, and has no IDT: IDTR is "
        "{:#x}, limit {:#x}",
        who(autopsy), base, limit);
    const auto other = std::ranges::find_if(autopsy.others, [](const Registers& each) {
        return each.idt.base != 0 && !no_idt(each) && mode_of(each) != Mode::real;
    });
    if (other == autopsy.others.end())
        return Cause{"no-idt", what + "."};
    return Cause{"idt-on-one-cpu",
                 fmt::format("{}. Another CPU has one, at {:#x}.", what, other->idt.base)};
}

}  // namespace

std::span<const Rule> frame_rules() {
    static constexpr auto rules = std::to_array<Rule>(
        {selector_garbage, gate_refuses_ring_3, tss_stack_missing, ring_3_without_idt});
    return rules;
}

}  // namespace causes
