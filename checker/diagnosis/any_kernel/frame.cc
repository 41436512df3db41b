// What goes wrong between the rings: frames, gates, the TSS, an IDT that only one CPU has.
#include <algorithm>
#include <fmt/format.h>

#include "checker/diagnosis/any_kernel/rules.h"
#include "checker/evidence/faults.h"

namespace diagnosis::any_kernel {

namespace {

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
std::optional<Explanation> selector_garbage(const Scene& scene) {
    if (!scene.oldest || !scene.tables)
        return {};
    const Exception& oldest = *scene.oldest;
    if (!x86::names_selector(ExceptionVector{oldest.vector}) || about_gate(oldest) ||
        scene.at_instruction("iret"))
        return {};
    constexpr std::uint64_t far_away = 0x200;  // 64 entries
    const x86::SelectorErrorCode error = selector_error(oldest);
    const std::uint64_t offset = error.index() * 8ull;
    const std::uint64_t size = error.ti() ? 0 : scene.before->gdt.limit + 1ull;
    const bool no_ldt = scene.before->ldtr.selector == 0;
    if (offset < far_away || offset <= 4 * size || (error.ti() && !no_ldt))
        return {};
    return Explanation{fmt::format(
        "{} took {:#x} for a selector, and it is none: entry {} of {}.{}", scene.who(),
        error.raw & ~3u, error.index(),
        error.ti() ? std::string{"an LDT, where LDTR is 0"} : fmt::format("a GDT of {}", size / 8),
        looks_like(error.raw))};
}

// Vector 0x80 in QEMU since 8.0 is 0x402, before it, in long mode, that was 0x40's.
std::string or_half(const Scene& scene, unsigned vector) {
    const bool doubled = scene.evidence.engine == evidence::Engine::qemu && !scene.interrupt &&
                         in_long_mode(*scene.before) && vector % 2 == 0 &&
                         vector / 2 >= x86::exception_vector_count;
    return doubled ? fmt::format(" (QEMU before 8.0 means {:#x} by that code)", vector / 2) : "";
}

// EXT, or an interrupt that was logged, speak for a device; but not all emulators set EXT.
std::optional<Explanation> gate_refuses_ring_3(const Scene& scene) {
    if (!scene.oldest || !scene.in_ring_3() || !about_gate(*scene.oldest) ||
        selector_error(*scene.oldest).ext() ||
        (scene.interrupt && !scene.oldest->int_instruction) ||
        (scene.tables && no_idt(*scene.before)))
        return {};
    const Exception& oldest = *scene.oldest;
    const bool by_bochs = scene.evidence.engine == evidence::Engine::bochs;
    const bool refused = oldest.engine_text.find("soft_int") != std::string::npos;
    if (by_bochs && !refused)  // it says so of an INT n
        return {};
    const unsigned vector = scene.interrupt ? *scene.interrupt : gate_of(*scene.cpu, oldest);
    const std::string gate = refused               ? "has a DPL below 3"
                             : oldest.vector == 11 ? "is not present"
                                                   : "has DPL 0, or is none";
    return Explanation{
        fmt::format("{} executed INT {:#x} in ring 3, error code {:#x}, and that gate of "
                    "its IDT {}{}.",
                    scene.who(), vector, oldest.error.value_or(0), gate, or_half(scene, vector))};
}

// A supervisor's access while CS is ring 3's: the processor's own, on the way out of it.
std::optional<Explanation> tss_stack_missing(const Scene& scene) {
    if (!scene.raised(ExceptionVector::page_fault) || !scene.in_ring_3() || !scene.oldest->cr2 ||
        !scene.oldest->error || scene.page_fault_with(bits::u) || scene.page_fault_with(bits::rsvd))
        return {};
    const Registers& registers = *scene.before;
    const std::uint64_t address = *scene.oldest->cr2;
    const bool wide = in_long_mode(registers);
    const std::string event =
        scene.interrupt ? fmt::format("vector {:#x}", *scene.interrupt) : "an interrupt";
    const char* pointer = wide ? "RSP0" : "ESP0";
    if (scene.tables && registers.tr.selector == 0)
        return Explanation{
            fmt::format("{} left ring 3 for {}, and has no TSS to take {} from: TR is 0.",
                        scene.who(), event, pointer)};
    if (!scene.page_fault_with(bits::w))
        return {};
    constexpr std::uint64_t frame = 64;
    const std::uint64_t below = wide ? 0 - address : (1ull << 32) - address;
    return Explanation{
        below <= frame ? fmt::format("{} left ring 3 for {}, and pushed at {:#x}, {} below 0: "
                                     "TSS.{} is 0.",
                                     scene.who(), event, address, below, pointer)
                       : fmt::format("{} left ring 3 for {}, and the stack that its TSS names, at "
                                     "{:#x}, cannot be written.",
                                     scene.who(), event, address)};
}

// What a page fault of a program is about is for the kernel's handler to find out; empty where
// there is one.
std::string fault_without_idt(const Scene& scene) {
    if (!scene.in_ring_3() || !scene.tables || !no_idt(*scene.tables) ||
        !scene.page_fault_with(bits::u) || scene.page_fault_with(bits::rsvd))
        return "";
    return fmt::format(
        "{} met a page fault of ring 3, which is ordinary, and has no IDT: IDTR is "
        "{:#x}, limit {:#x}.",
        scene.who(), scene.tables->idt.base, scene.tables->idt.limit);
}

std::optional<Explanation> idt_on_one_cpu(const Scene& scene) {
    const auto& others = scene.log().others;
    const auto other = std::ranges::find_if(others, [](const Registers& each) {
        return each.idt.base != 0 && !no_idt(each) && mode_of(each) != Mode::real;
    });
    const std::string what = fault_without_idt(scene);
    if (what.empty() || other == others.end())
        return {};
    return Explanation{fmt::format("{} Another CPU has one, at {:#x}.", what, other->idt.base)};
}

std::optional<Explanation> ring_3_without_idt(const Scene& scene) {
    const std::string what = fault_without_idt(scene);
    return what.empty() ? std::nullopt : std::optional{Explanation{what}};
}

}  // namespace

const RuleList frame_rules{
    {"selector-garbage", selector_garbage},   {"gate-refuses-ring-3", gate_refuses_ring_3},
    {"tss-stack-missing", tss_stack_missing}, {"idt-on-one-cpu", idt_on_one_cpu},
    {"no-idt", ring_3_without_idt},
};

}  // namespace diagnosis::any_kernel
