#include "checker/qemu/registers.h"

#include <array>
#include <fmt/format.h>

#include "checker/process/output.h"
#include "x86/segment.h"

namespace qemu {

namespace {

using evidence::Registers;

// The numbers after `mark`, separated by blanks; missing ones are 0.
std::array<std::uint64_t, 4> words_after(std::string_view dump, std::string_view mark) {
    std::array<std::uint64_t, 4> words{};
    std::string_view rest = process::rest_of_line(dump, mark);
    for (std::uint64_t& word : words) {
        rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
        word = process::leading_number(rest).value_or(0);
        rest.remove_prefix(std::min(rest.find(' '), rest.size()));
    }
    return words;
}

// "CS =0008 0000000000000000 ffffffff 00af9b00 DPL=0 CS64 [-RA]": the fourth is the upper half of
// the descriptor.
evidence::Segment segment(std::string_view dump, std::string_view mark) {
    const auto [selector, base, limit, high] = words_after(dump, mark);
    const x86::SegmentDescriptor descriptor{high << 32};
    return {static_cast<std::uint16_t>(selector), base, static_cast<std::uint32_t>(limit),
            descriptor.l(), descriptor.d()};
}

evidence::TableRegister table(std::string_view dump, std::string_view mark) {
    const auto words = words_after(dump, mark);
    return {words[0], static_cast<std::uint32_t>(words[1])};
}

}  // namespace

std::optional<Registers> parse_registers(std::string_view dump) {
    const auto cr0 = process::number_after(dump, "CR0=");
    const auto cr3 = process::number_after(dump, "CR3=");
    const auto cr4 = process::number_after(dump, "CR4=");
    const auto efer = process::number_after(dump, "EFER=");
    if (!cr0 || !cr3 || !cr4 || !efer)
        return {};
    Registers registers;
    // "RAX=", "R8 =", "RIP="; of narrow code "EAX=", "EIP=".
    const bool wide = process::contains(dump, "RIP=");
    const auto value = [&](std::string_view name) {
        const std::string wide_name = fmt::format("{:<3}=", name);
        return process::number_after(dump, wide ? wide_name : "E" + wide_name.substr(1))
            .value_or(0);
    };
    for (const auto& [name, field] : evidence::general_registers)
        registers.*field = value(name);
    registers.rip = value("RIP");
    registers.rflags = value("RFL");
    registers.control = {{*cr0}, *cr3, {*cr4}, {*efer}};
    registers.cr2 = process::number_after(dump, "CR2=").value_or(0);
    registers.cs = segment(dump, "CS =");
    registers.ss = segment(dump, "SS =");
    registers.ds = segment(dump, "DS =");
    registers.gs = segment(dump, "GS =");
    registers.ldtr = segment(dump, "LDT=");
    registers.tr = segment(dump, "TR =");
    registers.gdt = table(dump, "GDT=");
    registers.idt = table(dump, "IDT=");
    registers.halted = process::number_after(dump, "HLT=") == 1;
    return registers;
}

std::vector<std::optional<Registers>> parse_cpus(std::string_view text) {
    constexpr std::string_view mark = "CPU#";
    std::vector<std::optional<Registers>> cpus;
    for (auto rest = process::after(text, mark); rest; rest = process::after(*rest, mark)) {
        const auto number = process::leading_number(*rest, 10);
        if (!number || *number >= most_cpus)
            continue;
        if (cpus.size() <= *number)
            cpus.resize(*number + 1);
        cpus[*number] = parse_registers(rest->substr(0, rest->find(mark)));
    }
    return cpus;
}

}  // namespace qemu
