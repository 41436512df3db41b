#include "checker/diagnosis/seam_code.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "checker/diagnosis/places.h"
#include "checker/evidence/questions.h"
#include "checker/process/output.h"

namespace diagnosis {

namespace {

using evidence::CodeLine;
using guest::CodeSize;

// The lines of one file. A macro's are in the file that it comes from, and belong to both.
std::vector<CodeLine> lines_of(const Scene& scene, std::string_view file) {
    const auto* both = trampoline_page(scene.evidence);
    std::vector<CodeLine> lines;
    bool inside = false;
    for (const CodeLine& line : both ? both->lines : std::vector<CodeLine>{}) {
        if (line.file.ends_with(".asm"))
            inside = line.file.ends_with(file);
        if (inside)
            lines.push_back(line);
    }
    return lines;
}

std::span<const std::byte> code_at(const evidence::TrampolinePage& both, std::uint64_t address) {
    return std::span{both.image}.subspan(address - trampoline::page_address);
}

// The line's instruction, as it is meant in all but the last part of the page.
std::string read(const Scene& scene, const CodeLine& line, CodeSize size = CodeSize::bits32) {
    return guest::disassemble(code_at(*trampoline_page(scene.evidence), line.address), line.address,
                              size);
}

}  // namespace

bool falls_off(const Scene& scene, std::string_view file) {
    const std::vector<CodeLine> lines = lines_of(scene, file);
    if (lines.empty())
        return false;
    const std::uint64_t at = lines.back().address;
    const auto here = code_at(*trampoline_page(scene.evidence), at);
    return std::ranges::none_of(std::array{CodeSize::bits32, CodeSize::bits64}, [&](CodeSize size) {
        const auto last = guest::step(here, at, size);
        return last && last->target != lines.back().end &&
               (last->flow == guest::Flow::jump || last->flow == guest::Flow::elsewhere ||
                (last->flow == guest::Flow::call && !last->target));
    });
}

bool parked_at_the_end(const Scene& scene, const evidence::Cpu& cpu, std::string_view file) {
    const std::vector<CodeLine> lines = lines_of(scene, file);
    if (lines.empty() || !halted_for_good(cpu) || !cpu.where.instruction.starts_with("hlt") ||
        cpu.where.address + 1 != lines.back().address)
        return false;
    const std::uint64_t last = lines.back().address;
    const auto jump = guest::step(code_at(*trampoline_page(scene.evidence), last), last,
                                  guest::code_size(*cpu.registers));
    return jump && jump->flow == guest::Flow::jump && jump->target && *jump->target < last;
}

std::optional<ReadLine> branch_leads_here(const Scene& scene, const evidence::Cpu& cpu,
                                          std::string_view file) {
    constexpr std::size_t cli = 1;
    const auto leads_here = [&](std::uint64_t to) { return cpu.where.address - to <= cli; };
    const bool at_the_end = parked_at_the_end(scene, cpu, file);
    for (const CodeLine& line : lines_of(scene, file)) {
        const auto step = guest::step(code_at(*trampoline_page(scene.evidence), line.address),
                                      line.address, CodeSize::bits64);
        if (!line.file.ends_with(file) || !step || step->flow != guest::Flow::branch ||
            !step->target)
            continue;
        // What a loop falls through to, nothing has decided about; nor the end of half an answer.
        const bool not_taken = *step->target > line.address && !at_the_end && leads_here(line.end);
        if (leads_here(*step->target) != not_taken)
            return ReadLine{line, read(scene, line, CodeSize::bits64)};
    }
    return {};
}

std::optional<ReadLine> line_before(const Scene& scene, const evidence::Cpu& cpu) {
    const auto* both = trampoline_page(scene.evidence);
    for (const CodeLine& line : both ? both->lines : std::vector<CodeLine>{})
        if (line.end == cpu.where.address && cpu.registers)
            return ReadLine{line, read(scene, line, guest::code_size(*cpu.registers))};
    return {};
}

int pushes_left(const Scene& scene, std::string_view file) {
    int pushes = 0;
    for (const CodeLine& line : lines_of(scene, file)) {
        const std::string text = read(scene, line);
        pushes += text.starts_with("push") ? 1 : text.starts_with("pop") ? -1 : 0;
    }
    return pushes;
}

std::optional<CodeLine> address_as_value(const Scene& scene, std::string_view file,
                                         std::uint64_t address) {
    std::optional<CodeLine> found;
    for (const CodeLine& line : lines_of(scene, file)) {
        const std::string text = read(scene, line);
        if (text.find('[') != std::string::npos)
            return {};
        if (!found && process::number_after(text, ", 0x") == address)
            found = line;
    }
    return found;
}

std::optional<CodeLine> leads_into(const Scene& scene, std::string_view file,
                                   std::string_view other, guest::Flow by) {
    const std::vector<CodeLine> there = lines_of(scene, other);
    for (const CodeLine& line : lines_of(scene, file)) {
        const auto step = guest::step(code_at(*trampoline_page(scene.evidence), line.address),
                                      line.address, CodeSize::bits32);
        if (step && step->flow == by && step->target &&
            std::ranges::any_of(there, [&](const CodeLine& each) {
                return *step->target >= each.address && *step->target < each.end;
            }))
            return line;
    }
    return {};
}

std::optional<CodeLine> next_with(const Scene& scene, std::string_view file,
                                  std::string_view instruction, const CodeLine& line) {
    for (const CodeLine& each : lines_of(scene, file))
        if (each.address > line.address && read(scene, each).starts_with(instruction))
            return each;
    return {};
}

std::optional<CodeLine> writes_esp(const Scene& scene, std::string_view file) {
    for (const CodeLine& line : lines_of(scene, file)) {
        const std::string text = read(scene, line);
        const std::size_t operand = text.find(" esp,");
        if (operand != std::string::npos && operand == text.find(' ') && !text.starts_with("cmp") &&
            !text.starts_with("test"))
            return line;
    }
    return {};
}

bool reads_mailbox_in_32_bit_alone(const Scene& scene, const CodeLine& line) {
    const auto address = [&](CodeSize size) {
        return process::number_after(read(scene, line, size), "[0x").value_or(0);
    };
    const std::uint64_t meant = address(CodeSize::bits32) - trampoline::mailbox_address;
    return meant < sizeof(trampoline::Mailbox) &&
           address(CodeSize::bits64) != address(CodeSize::bits32);
}

std::optional<CodeLine> writes_message(const Scene& scene, std::string_view file) {
    constexpr auto only_read = std::to_array<std::string_view>({"cmp", "test", "bt ", "push"});
    for (const CodeLine& line : lines_of(scene, file)) {
        const std::string text = read(scene, line);
        const auto address = process::number_after(text.substr(0, text.find(',')), "[0x");
        if (address.value_or(0) - trampoline::mailbox_address <
                offsetof(trampoline::Mailbox, trace) &&
            std::ranges::none_of(only_read, [&](auto each) { return text.starts_with(each); }))
            return line;
    }
    return {};
}

std::optional<Misread> first_with_rex(const Scene& scene, std::string_view file) {
    constexpr std::byte rex_mask{0xf0}, rex{0x40};
    for (const CodeLine& line : lines_of(scene, file)) {
        const auto here = code_at(*trampoline_page(scene.evidence), line.address);
        const auto step = guest::step(here, line.address, CodeSize::bits32);
        const std::size_t length = line.end - line.address;
        if ((here.front() & rex_mask) == rex && length > 1 && line.file.ends_with(file) &&
            guest::instruction_length(here, CodeSize::bits64) == length)
            return Misread{line, read(scene, line, CodeSize::bits64), 64, read(scene, line)};
        if (step && (step->flow == guest::Flow::jump || step->flow == guest::Flow::elsewhere))
            break;  // what follows may be data
    }
    return {};
}

std::optional<Misread> misread(const Scene& scene, const evidence::Registers& registers,
                               std::string_view file) {
    const std::uint64_t ip = guest::linear_rip(registers);
    const CodeSize actual = guest::code_size(registers);
    for (const CodeLine& line : lines_of(scene, file)) {
        if (ip < line.address || ip >= line.end)
            continue;
        const auto here = code_at(*trampoline_page(scene.evidence), line.address);
        const auto fits = [&](CodeSize size) {
            return line.address + guest::instruction_length(here, size) == line.end;
        };
        for (const auto& [size, bits] :
             {std::pair{CodeSize::bits16, 16u}, {CodeSize::bits32, 32u}, {CodeSize::bits64, 64u}})
            if (!fits(actual) && fits(size))
                return Misread{line, guest::disassemble(here, line.address, size), bits,
                               guest::disassemble(here, line.address, actual)};
    }
    return {};
}

}  // namespace diagnosis
