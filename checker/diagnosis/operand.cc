#include "checker/diagnosis/operand.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fmt/format.h>

#include "trampoline/tables.h"
#include "x86/segment.h"
#include "x86/uart.h"

namespace diagnosis {

std::optional<std::uint64_t> source_value(std::string_view instruction,
                                          const Registers& registers) {
    const std::size_t space = instruction.rfind(' ');
    if (space == std::string_view::npos)
        return {};
    const std::string_view source = instruction.substr(space + 1);
    for (const auto& [upper, field] : evidence::general_registers) {
        std::string name{upper};
        std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
        const std::uint64_t value = registers.*field;
        if (source == name)
            return value;
        const std::string_view half = std::string_view{name}.substr(1);  // "ax"
        if (std::isdigit(static_cast<unsigned char>(half.front())))
            continue;  // r8 to r15 have no such halves
        if (source == half)
            return value & 0xffff;
        if (source.starts_with('e') && source.substr(1) == half)
            return value & low_32_bits;
    }
    return {};
}

std::optional<std::uint64_t> refused_wrmsr(const Scene& scene, x86::Msr msr) {
    const Registers* registers = scene.registers();
    if (!scene.raised_at(ExceptionVector::general_protection, "wrmsr") || !registers ||
        (registers->rcx & low_32_bits) != static_cast<std::uint32_t>(msr))
        return {};
    return registers->rdx << 32 | (registers->rax & low_32_bits);
}

std::optional<std::uint16_t> selector_in(std::string_view instruction) {
    constexpr std::string_view far_jump = "jmp far 0x";
    if (!instruction.starts_with(far_jump))
        return {};
    instruction.remove_prefix(far_jump.size());
    std::uint16_t selector = 0;
    const auto [end, error] =
        std::from_chars(instruction.data(), instruction.data() + instruction.size(), selector, 16);
    return error == std::errc{} && end != instruction.data() + instruction.size() && *end == ':'
               ? std::optional{selector}
               : std::nullopt;
}

std::string_view left_by_a_stage(x86::Cr0 value) {
    constexpr auto set_since = x86::cr0::et | x86::cr0::pe | x86::cr0::wp | x86::cr0::pg;
    constexpr std::uint16_t port = x86::uart_port(x86::com1, x86::UartRegister::line_status);
    return static_cast<std::uint16_t>((value.raw ^ port) & ~set_since.raw) == 0
               ? "Its lower half is from leave_stage, which leaves the number of the UART's port, "
                 "0x3fd, in DX: CR0 is to be read behind it."
           : (value & ~set_since).raw == x86::uart_line_status::temt.raw
               ? "Its bit 6 is from leave_stage, which leaves the UART's line status in EAX: "
                 "CR0 is to be read behind it."
               : "";
}

std::string bit_0_instead(bool is_set, std::string_view name, std::uint64_t mask) {
    return is_set ? fmt::format(
                        "{}, bit 0, is set instead: BTS does that with the mask {:#x} for a "
                        "bit's number, which it counts modulo 32; and so does who takes 1, as a "
                        "question gives it, for the mask.",
                        name, mask)
                  : "";
}

std::string what_it_is(std::uint16_t raw) {
    constexpr unsigned entries = 3;
    const x86::Selector selector{raw};
    if (in_trampoline(raw))
        return "an address in the trampoline, so offset and selector are exchanged";
    if (selector.local())
        return "an entry of a local table (bit 2 is set), and there is none";
    if (selector.index() >= entries)
        return fmt::format("no entry of the table, which has {}", entries);
    if (selector.index() == trampoline::null_selector.index())
        return "the null selector";
    const bool is_code = selector.index() == trampoline::code_selector.index();
    return fmt::format(
        "the {} segment{}", is_code ? "code" : "data",
        selector.rpl() == 0 ? "" : fmt::format(", but asked for as ring {}", selector.rpl()));
}

}  // namespace diagnosis
