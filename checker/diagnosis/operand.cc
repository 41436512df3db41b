#include "checker/diagnosis/operand.h"

#include <array>
#include <charconv>
#include <fmt/format.h>

#include "trampoline/tables.h"
#include "x86/segment.h"

namespace diagnosis {

std::optional<std::uint64_t> source_value(std::string_view instruction,
                                          const evidence::Registers& registers) {
    const auto all = std::to_array<std::pair<std::string_view, std::uint64_t>>({
        {"ax", registers.rax},
        {"bx", registers.rbx},
        {"cx", registers.rcx},
        {"dx", registers.rdx},
        {"si", registers.rsi},
        {"di", registers.rdi},
        {"bp", registers.rbp},
        {"sp", registers.rsp},
        {"r8", registers.r8},
        {"r9", registers.r9},
        {"r10", registers.r10},
        {"r11", registers.r11},
        {"r12", registers.r12},
        {"r13", registers.r13},
        {"r14", registers.r14},
        {"r15", registers.r15},
    });
    const std::size_t space = instruction.rfind(' ');
    if (space == std::string_view::npos)
        return {};
    const std::string_view source = instruction.substr(space + 1);
    for (const auto& [name, value] : all) {
        if (source == name)
            return name.front() == 'r' ? value : value & 0xffff;
        if (source.size() == name.size() + 1 && source.ends_with(name))
            return source.front() == 'e' ? value & 0xffffffff : value;
    }
    return {};
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

std::string what_it_is(std::uint16_t raw) {
    constexpr unsigned entries = 3;
    const x86::Selector selector{raw};
    if (selector.local())
        return "an entry of a local table (bit 2 is set), and there is none";
    if (selector.index() >= entries)
        return fmt::format("no entry of the table, which has {}", entries);
    if (selector.index() == trampoline::null_selector.index())
        return "the null selector";
    const bool code = selector.index() == trampoline::code_selector.index();
    return fmt::format(
        "the {} segment{}", code ? "code" : "data",
        selector.rpl() == 0 ? "" : fmt::format(", but asked for as ring {}", selector.rpl()));
}

}  // namespace diagnosis
