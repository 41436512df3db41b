#include "checker/evidence/qemu_registers.h"

#include <array>
#include <utility>

#include "checker/evidence/text.h"
#include "x86/segment.h"

namespace evidence {

namespace {

using Field = std::uint64_t Registers::*;

constexpr auto wide_names = std::to_array<std::pair<std::string_view, Field>>({
    {"RAX=", &Registers::rax},
    {"RBX=", &Registers::rbx},
    {"RCX=", &Registers::rcx},
    {"RDX=", &Registers::rdx},
    {"RSI=", &Registers::rsi},
    {"RDI=", &Registers::rdi},
    {"RBP=", &Registers::rbp},
    {"RSP=", &Registers::rsp},
    {"R8 =", &Registers::r8},
    {"R9 =", &Registers::r9},
    {"R10=", &Registers::r10},
    {"R11=", &Registers::r11},
    {"R12=", &Registers::r12},
    {"R13=", &Registers::r13},
    {"R14=", &Registers::r14},
    {"R15=", &Registers::r15},
    {"RIP=", &Registers::rip},
    {"RFL=", &Registers::rflags},
});

constexpr auto narrow_names = std::to_array<std::pair<std::string_view, Field>>({
    {"EAX=", &Registers::rax},
    {"EBX=", &Registers::rbx},
    {"ECX=", &Registers::rcx},
    {"EDX=", &Registers::rdx},
    {"ESI=", &Registers::rsi},
    {"EDI=", &Registers::rdi},
    {"EBP=", &Registers::rbp},
    {"ESP=", &Registers::rsp},
    {"EIP=", &Registers::rip},
    {"EFL=", &Registers::rflags},
});

// The numbers after `mark`, separated by blanks; missing ones are 0.
std::array<std::uint64_t, 4> words_after(std::string_view dump, std::string_view mark) {
    std::array<std::uint64_t, 4> words{};
    std::string_view rest = after(dump, mark).value_or("");
    rest = rest.substr(0, rest.find('\n'));
    for (std::uint64_t& word : words) {
        rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
        word = leading_number(rest).value_or(0);
        rest.remove_prefix(std::min(rest.find(' '), rest.size()));
    }
    return words;
}

// "CS =0008 0000000000000000 ffffffff 00af9b00 DPL=0 CS64 [-RA]": the fourth is the upper half of
// the descriptor.
Segment segment(std::string_view dump, std::string_view mark) {
    const auto [selector, base, limit, high] = words_after(dump, mark);
    const x86::SegmentDescriptor descriptor{high << 32};
    return {static_cast<std::uint16_t>(selector), base, static_cast<std::uint32_t>(limit),
            descriptor.l(), descriptor.d()};
}

TableRegister table(std::string_view dump, std::string_view mark) {
    const auto words = words_after(dump, mark);
    return {words[0], static_cast<std::uint32_t>(words[1])};
}

}  // namespace

std::optional<Registers> parse_qemu_registers(std::string_view dump) {
    const auto cr0 = number_after(dump, "CR0=");
    const auto cr3 = number_after(dump, "CR3=");
    const auto cr4 = number_after(dump, "CR4=");
    const auto efer = number_after(dump, "EFER=");
    if (!cr0 || !cr3 || !cr4 || !efer) {
        return std::nullopt;
    }
    Registers registers;
    const bool wide = dump.find("RIP=") != std::string_view::npos;
    for (const auto& [name, field] :
         wide ? std::span<const std::pair<std::string_view, Field>>{wide_names}
              : std::span<const std::pair<std::string_view, Field>>{narrow_names}) {
        registers.*field = number_after(dump, name).value_or(0);
    }
    registers.control = {{*cr0}, *cr3, {*cr4}, {*efer}};
    registers.cr2 = number_after(dump, "CR2=").value_or(0);
    registers.cs = segment(dump, "CS =");
    registers.ss = segment(dump, "SS =");
    registers.ds = segment(dump, "DS =");
    registers.gs = segment(dump, "GS =");
    registers.gdt = table(dump, "GDT=");
    registers.idt = table(dump, "IDT=");
    registers.halted = number_after(dump, "HLT=") == 1;
    return registers;
}

std::vector<std::optional<Registers>> parse_qemu_cpus(std::string_view text) {
    constexpr std::string_view mark = "CPU#";
    std::vector<std::optional<Registers>> cpus;
    for (auto rest = after(text, mark); rest; rest = after(*rest, mark)) {
        const auto number = leading_number(*rest, 10);
        if (!number || *number >= most_qemu_cpus) {
            continue;
        }
        if (cpus.size() <= *number) {
            cpus.resize(*number + 1);
        }
        cpus[*number] = parse_qemu_registers(rest->substr(0, rest->find(mark)));
    }
    return cpus;
}

}  // namespace evidence
