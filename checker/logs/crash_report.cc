#include "checker/logs/crash_report.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "checker/guest/code.h"
#include "checker/qemu/registers.h"
#include "x86/exception.h"
#include "x86/segment.h"

namespace logs {

using evidence::Registers;
using evidence::Reporter;

namespace {

constexpr std::size_t longest_report = 16384;
constexpr std::size_t longest_said = 512;
constexpr std::string_view firmware_mark = " Exception Type - ";

// Where a line says so, and how the line is called in a report.
struct Beginning {
    std::string_view mark;
    Reporter by;
};

constexpr auto beginnings = std::to_array<Beginning>({
    {"KVM internal error", Reporter::kvm},
    {"KVM: entry failed", Reporter::kvm},
    {"kvm run failed", Reporter::kvm},
    {"Failed to put registers after", Reporter::kvm},
    {firmware_mark, Reporter::firmware},
    {"Guru Meditation", Reporter::virtualbox},
});

// "RAX", or as 32-bit code calls it; R8 to R15 have no other name.
std::string named(std::string_view name, bool wide) {
    std::string text{name};
    if (!wide && text[1] >= 'A')
        text[0] = 'E';
    return text;
}

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    return text;
}

// The number right after a mark; 0 where there is none.
std::uint64_t value_after(std::string_view text, std::string_view mark) {
    return process::number_after(text, mark).value_or(0);
}

// "cs={0008 base=0000000000000000 limit=ffffffff flags=0000c09b}": the flags are the upper half of
// the descriptor from its bit 8 on.
evidence::Segment virtualbox_segment(std::string_view text, std::string_view mark) {
    const std::string_view rest = process::after(text, mark).value_or("");
    const std::string_view one = rest.substr(0, rest.find('}'));
    const x86::SegmentDescriptor descriptor{value_after(one, "flags=") << 40};
    return {static_cast<std::uint16_t>(process::leading_number(one).value_or(0)),
            value_after(one, "base="), static_cast<std::uint32_t>(value_after(one, "limit=")),
            descriptor.l(), descriptor.d()};
}

// "gdtr=0000000000111000:002f"
evidence::TableRegister virtualbox_table(std::string_view text, std::string_view mark) {
    const std::string_view rest = process::after(text, mark).value_or("");
    return {process::leading_number(rest).value_or(0),
            static_cast<std::uint32_t>(value_after(rest, ":"))};
}

std::optional<Registers> virtualbox_registers(std::string_view text) {
    const auto cr0 = process::number_after(text, "cr0=");
    const auto cr3 = process::number_after(text, "cr3=");
    const auto cr4 = process::number_after(text, "cr4=");
    if (!cr0 || !cr3 || !cr4)
        return std::nullopt;
    Registers registers;
    const bool wide = process::contains(text, "rip=");
    for (const auto& [name, field] : evidence::general_registers)
        registers.*field = value_after(text, fmt::format("{:<3}=", lower(named(name, wide))));
    registers.rip = value_after(text, wide ? "rip=" : "eip=");
    registers.rflags = value_after(text, "eflags=");
    registers.control = {{*cr0}, *cr3, {*cr4}, {value_after(text, "EFER         =")}};
    registers.efer_told = process::contains(text, "EFER");
    registers.cr2 = value_after(text, "cr2=");
    registers.cs = virtualbox_segment(text, "\ncs={");
    registers.ss = virtualbox_segment(text, "\nss={");
    registers.ds = virtualbox_segment(text, "\nds={");
    registers.gs = virtualbox_segment(text, "\ngs={");
    registers.ldtr = virtualbox_segment(text, "\nldtr={");
    registers.tr = virtualbox_segment(text, "\ntr  ={");
    registers.gdt = virtualbox_table(text, "gdtr=");
    registers.idt = virtualbox_table(text, "idtr=");
    return registers;
}

// The number after "NAME", blanks and "- ": "RIP  - 000000007CAB81E0".
std::optional<std::uint64_t> firmware_value(std::string_view text, std::string_view name) {
    for (auto rest = process::after(text, name); rest; rest = process::after(*rest, name)) {
        const std::size_t begin = rest->find_first_not_of(' ');
        if (begin != std::string_view::npos && rest->substr(begin).starts_with("- "))
            return process::leading_number(rest->substr(begin + 2));
    }
    return std::nullopt;
}

evidence::TableRegister firmware_table(std::string_view text, std::string_view name) {
    const std::string_view rest = process::after(text, fmt::format("{} - ", name)).value_or("");
    return {process::leading_number(rest).value_or(0),
            static_cast<std::uint32_t>(value_after(rest, " "))};
}

// The 64-bit handler is called in long mode alone, and says so in its name.
std::optional<Registers> firmware_registers(std::string_view text, bool wide) {
    const auto cr0 = firmware_value(text, "CR0");
    const auto cr3 = firmware_value(text, "CR3");
    const auto cr4 = firmware_value(text, "CR4");
    if (!cr0 || !cr3 || !cr4)
        return std::nullopt;
    Registers registers;
    for (const auto& [name, field] : evidence::general_registers)
        registers.*field = firmware_value(text, named(name, wide)).value_or(0);
    registers.rip = firmware_value(text, wide ? "RIP" : "EIP").value_or(0);
    registers.rflags = firmware_value(text, wide ? "RFLAGS" : "EFLAGS").value_or(0);
    registers.control = {
        {*cr0}, *cr3, {*cr4}, wide ? x86::efer::lme | x86::efer::lma : x86::Efer{}};
    registers.cr2 = firmware_value(text, "CR2").value_or(0);
    registers.efer_told = false;
    const auto segment = [&](std::string_view name) {
        return evidence::Segment{
            static_cast<std::uint16_t>(firmware_value(text, name).value_or(0))};
    };
    registers.cs = segment("CS");
    registers.cs.long_mode = wide;
    registers.cs.size_32 = !wide;
    registers.ss = segment("SS");
    registers.ds = segment("DS");
    registers.gs = segment("GS");
    registers.gdt = firmware_table(text, "GDTR");
    registers.idt = firmware_table(text, "IDTR");
    return registers;
}

// Without the time that VirtualBox writes before each line.
std::string_view without_time(std::string_view line) {
    const std::size_t end = line.find_first_not_of("0123456789:.");
    return end != 0 && end != std::string_view::npos && line[end] == ' ' &&
                   line.substr(0, end).find(':') != std::string_view::npos
               ? line.substr(end + 1)
               : line;
}

}  // namespace

void CrashReport::append(std::string_view piece) {
    lines_.append(piece, [this](std::string_view line) { read_line(line); });
}

void CrashReport::read_line(std::string_view line) {
    if (!by_) {
        const auto found = std::ranges::find_if(
            beginnings, [&](const Beginning& each) { return process::contains(line, each.mark); });
        if (found == beginnings.end())
            return;
        by_ = found->by;
        said_ = process::trimmed(without_time(line).substr(0, longest_said), "! \t");
        in_state_ = by_ != Reporter::virtualbox;
        return;
    }
    if (by_ == Reporter::virtualbox) {
        line = without_time(line);
        if (line.starts_with("Guest CPUM"))
            in_state_ = text_.empty();
        else if (line.starts_with("Host CPUM") || line.starts_with("Hypervisor CPUM"))
            in_state_ = false;
    } else if (by_ == Reporter::kvm && said_.size() < longest_said &&
               (line.starts_with("extra data[") || line.starts_with("emulation failure"))) {
        said_ += fmt::format("; {}", line.substr(0, 64));
        return;
    }
    if (in_state_ && text_.size() < longest_report)
        text_.append("\n").append(line);
}

bool CrashReport::triple_fault() const {
    return process::contains(said_, "TRIPLE_FAULT");
}

std::optional<unsigned> CrashReport::cpu() const {
    std::optional<std::uint64_t> number;
    if (by_ == Reporter::firmware)
        number = process::number_after(said_, "Apic ID - ");
    else if (by_ == Reporter::virtualbox)
        number = process::number_after(said_, "VCPU", 10);
    if (by_ == Reporter::virtualbox && !number)
        number = process::number_after(text_, "(VCPU ", 10);
    return number ? std::optional{static_cast<unsigned>(*number)} : std::nullopt;
}

std::optional<evidence::Exception> CrashReport::exception() const {
    const auto vector = process::number_after(said_, firmware_mark);
    if (by_ != Reporter::firmware || !vector || *vector >= x86::exception_vector_count)
        return std::nullopt;
    evidence::Exception exception;
    exception.vector = static_cast<std::uint8_t>(*vector);
    if (const auto error = firmware_value(text_, "ExceptionData");
        error && x86::pushes_error_code(x86::ExceptionVector{exception.vector}))
        exception.error = static_cast<std::uint32_t>(*error);
    if (x86::ExceptionVector{exception.vector} == x86::ExceptionVector::page_fault)
        exception.cr2 = firmware_value(text_, "CR2");
    exception.where.address =
        firmware_value(text_, "RIP").value_or(firmware_value(text_, "EIP").value_or(0));
    return exception;
}

std::optional<Registers> CrashReport::registers() const {
    if (by_ == Reporter::kvm)
        return qemu::parse_registers(text_);
    return by_ == Reporter::virtualbox
               ? virtualbox_registers(text_)
               : firmware_registers(text_, !process::contains(said_, "IA32"));
}

// "Code=af af <00> 00 00": the marked one is at RIP.
std::vector<std::byte> CrashReport::code() const {
    const std::string_view line = process::rest_of_line(text_, "\nCode=");
    std::string digits{process::after(line, "<").value_or("")};
    std::erase_if(digits, [](char each) { return each == ' ' || each == '<' || each == '>'; });
    return process::leading_bytes(digits, guest::longest_instruction);
}

}  // namespace logs
