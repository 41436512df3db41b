#include "checker/diagnosis/seam_code.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <span>
#include <utility>
#include <vector>

#include "checker/diagnosis/cpus.h"
#include "checker/diagnosis/operand.h"
#include "checker/evidence/questions.h"
#include "checker/process/output.h"

namespace diagnosis {

namespace {

using evidence::CodeLine;
using guest::CodeSize;

constexpr std::string_view match_bsp = "match_bsp.asm";

// The lines of one file. A macro's are in the file that it comes from, and belong to both.
std::vector<CodeLine> lines_of(const Scene& scene, std::string_view file) {
    std::vector<CodeLine> lines;
    bool inside = false;
    for (const CodeLine& line : scene.page ? scene.page->lines : std::vector<CodeLine>{}) {
        if (line.file.ends_with(".asm"))
            inside = line.file.ends_with(file);
        if (inside)
            lines.push_back(line);
    }
    return lines;
}

std::span<const std::byte> code_at(const Scene& scene, std::uint64_t address) {
    return std::span{scene.page->image}.subspan(address - trampoline::page_address);
}

auto step_at(const Scene& scene, std::uint64_t address, CodeSize size) {
    return guest::step(code_at(scene, address), address, size);
}

// The line's instruction, as it is meant in all but the last part of the page.
std::string read(const Scene& scene, const CodeLine& line, CodeSize size = CodeSize::bits32) {
    return guest::disassemble(code_at(scene, line.address), line.address, size);
}

bool changes_esp(std::string_view text) {
    const std::size_t operand = text.find(" esp,");
    return operand != std::string_view::npos && operand == text.find(' ') &&
           !text.starts_with("cmp") && !text.starts_with("test");
}

// The line as a CPU reads it in code of this size, if it is misread.
std::optional<Misread> misread(const Scene& scene, const CodeLine& line, CodeSize actual) {
    const auto here = code_at(scene, line.address);
    const auto fits = [&](CodeSize size) {
        return line.address + guest::instruction_length(here, size) == line.end;
    };
    for (const auto& [size, bits] :
         {std::pair{CodeSize::bits16, 16u}, {CodeSize::bits32, 32u}, {CodeSize::bits64, 64u}})
        if (!fits(actual) && fits(size))
            return Misread{line, read(scene, line, size), bits, read(scene, line, actual)};
    return {};
}

}  // namespace

bool falls_off(const Scene& scene, std::string_view file) {
    const std::vector<CodeLine> lines = lines_of(scene, file);
    if (lines.empty())
        return false;
    return std::ranges::none_of(std::array{CodeSize::bits32, CodeSize::bits64}, [&](CodeSize size) {
        const auto last = step_at(scene, lines.back().address, size);
        return last && last->target != lines.back().end &&
               (last->flow == guest::Flow::jump || last->flow == guest::Flow::elsewhere ||
                (last->flow == guest::Flow::call && !last->target));
    });
}

bool parked_at_the_end(const Scene& scene, const Cpu& cpu, std::string_view file) {
    const std::vector<CodeLine> lines = lines_of(scene, file);
    if (lines.empty() || !halted_for_good(cpu) || !cpu.where.instruction.starts_with("hlt") ||
        cpu.where.address + 1 != lines.back().address)
        return false;
    const std::uint64_t last = lines.back().address;
    const auto jump = step_at(scene, last, guest::code_size(*cpu.registers));
    return jump && jump->flow == guest::Flow::jump && jump->target && *jump->target < last;
}

std::optional<ReadLine> branch_leads_here(const Scene& scene, const Cpu& cpu,
                                          std::string_view file) {
    constexpr std::size_t cli = 1;
    const auto leads_here = [&](std::uint64_t to) { return cpu.where.address - to <= cli; };
    const bool at_the_end = parked_at_the_end(scene, cpu, file);
    const auto size = cpu.registers ? guest::code_size(*cpu.registers) : CodeSize::bits64;
    bool macro = false;
    for (const CodeLine& line : lines_of(scene, file)) {
        const bool behind_stage = std::exchange(macro, !line.file.ends_with(file));
        const auto step = step_at(scene, line.address, size);
        if (macro || !step || step->flow != guest::Flow::branch || !step->target)
            continue;
        // What a loop falls through to, nothing has decided about; nor the end of half an answer.
        const bool not_taken = *step->target > line.address && !at_the_end && leads_here(line.end);
        if (leads_here(*step->target) != not_taken)
            return ReadLine{line, read(scene, line, size), behind_stage};
    }
    return {};
}

std::optional<ReadLine> line_before(const Scene& scene, const Cpu& cpu) {
    for (const CodeLine& line : scene.page ? scene.page->lines : std::vector<CodeLine>{})
        if (line.end == cpu.where.address && cpu.registers)
            return ReadLine{line, read(scene, line, guest::code_size(*cpu.registers))};
    return {};
}

std::optional<UnbalancedWay> unbalanced_way(const Scene& scene) {
    constexpr std::size_t enough = 1000;  // a loop may push without end
    const std::vector<CodeLine> lines = lines_of(scene, match_bsp);
    std::vector<std::pair<std::uint64_t, UnbalancedWay>> ways;
    if (!lines.empty())
        ways.push_back({lines.front().address, {}});
    std::vector<UnbalancedWay> balanced, unbalanced;
    for (std::size_t i = 0; i < ways.size() && i < enough; ++i) {
        auto [at, way] = ways[i];
        const auto line = std::ranges::find(lines, at, &CodeLine::address);
        const std::string text = line == lines.end() ? "" : read(scene, *line);
        if (text.starts_with("ret"))
            (way.words == 0 ? balanced : unbalanced).push_back(way);
        const auto step = text.empty() ? std::nullopt : step_at(scene, at, CodeSize::bits32);
        if (!step || text.starts_with("ret") || changes_esp(text))
            continue;
        const int words = text.starts_with("pusha") || text.starts_with("popa") ? 8 : 1;
        way.words += text.starts_with("push") ? words : text.starts_with("pop") ? -words : 0;
        const bool branches = step->flow == guest::Flow::branch;
        if (step->target && (branches || step->flow == guest::Flow::jump))
            ways.push_back({*step->target, {way.words, *line, true}});
        if (branches)
            way = {way.words, *line, false};
        if (step->flow != guest::Flow::jump && step->flow != guest::Flow::elsewhere)
            ways.push_back({line->end, way});
    }
    if (unbalanced.empty())
        return {};
    if (balanced.empty())
        unbalanced.front().branch.reset();
    return unbalanced.front();
}

std::optional<CodeLine> address_as_value(const Scene& scene, std::uint64_t address) {
    std::optional<CodeLine> found;
    for (const CodeLine& line : lines_of(scene, match_bsp)) {
        const std::string text = read(scene, line);
        if (text.find('[') != std::string::npos)
            return {};
        if (!found && process::number_after(text, ", 0x") == address)
            found = line;
    }
    return found;
}

std::optional<CodeLine> leads_into_match_bsp(const Scene& scene, guest::Flow by) {
    const std::vector<CodeLine> there = lines_of(scene, match_bsp);
    for (const CodeLine& line : lines_of(scene, "long_mode.asm")) {
        const auto step = step_at(scene, line.address, CodeSize::bits32);
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
    for (const CodeLine& line : lines_of(scene, file))
        if (changes_esp(read(scene, line)))
            return line;
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

std::optional<CodeLine> writes_message(const Scene& scene) {
    constexpr auto only_read = std::to_array<std::string_view>({"cmp", "test", "bt ", "push"});
    for (const CodeLine& line : lines_of(scene, match_bsp)) {
        const std::string text = read(scene, line);
        const auto address = process::number_after(text.substr(0, text.find(',')), "[0x");
        if (address.value_or(0) - trampoline::mailbox_address <
                offsetof(trampoline::Mailbox, trace) &&
            std::ranges::none_of(only_read, [&](auto each) { return text.starts_with(each); }))
            return line;
    }
    return {};
}

std::string mask_as_bit_number(const Scene& scene) {
    constexpr unsigned bits = 32;
    std::string before;
    for (const CodeLine& line : lines_of(scene, match_bsp)) {
        const std::string text = read(scene, line);
        const auto loaded = fmt::format("mov {}, 0x", text.substr(text.rfind(' ') + 1));
        const auto number = process::number_after(before, loaded);
        if (text.starts_with("bt") && text.find('[') == std::string::npos && number >= bits)
            return fmt::format(
                "Line {} of {} gives `{}` the mask {:#x} for a bit's number, which "
                "counts modulo {}: that is bit {}.",
                line.line, match_bsp, text, *number, bits, *number % bits);
        before = text;
    }
    return "";
}

std::string jump_by_another_flag(const Scene& scene) {
    const auto begins = [](std::string_view text, const auto&... with) {
        return (text.starts_with(with) || ...);
    };
    std::optional<ReadLine> set;  // the flags
    for (const CodeLine& line : lines_of(scene, match_bsp)) {
        const std::string text = read(scene, line);
        const bool by_zf = begins(text, "je ", "jne "), by_cf = begins(text, "jb ", "jae ");
        if (set && ((by_zf && begins(set->text, "bt")) || (by_cf && begins(set->text, "test "))))
            return fmt::format("Line {} of {} jumps by {}, and line {}, `{}`, {}.", line.line,
                               match_bsp, by_zf ? "ZF" : "CF", set->line.line, set->text,
                               by_zf ? "gives its answer in CF" : "clears CF");
        if (!begins(text, "j", "mov ", "push", "pop", "lea ", "not ", "rdmsr", "wrmsr"))
            set = ReadLine{line, text};
    }
    return "";
}

std::string jump_beside_the_page(const Scene& scene, std::string_view file,
                                 const Registers& registers) {
    constexpr std::uint64_t page = trampoline::page_address;
    const CodeSize size = file == "real_mode.asm" ? CodeSize::bits16 : CodeSize::bits32;
    const bool real_mode = !registers.control.cr0.has(x86::cr0::pe);
    for (const CodeLine& line : lines_of(scene, file)) {
        const auto step = step_at(scene, line.address, size);
        if (!step || (step->flow != guest::Flow::jump && step->flow != guest::Flow::elsewhere))
            continue;
        auto target = step->target;
        if (real_mode) {  // a far jump's offset is no address there
            target = source_value(read(scene, line, size), registers);
            target = target ? std::optional{registers.cs.base + *target} : std::nullopt;
        }
        const auto meant = std::ranges::find_if(scene.page->lines, [&](const CodeLine& each) {
            return target && (each.address + page == *target || each.address - page == *target);
        });
        if (meant != scene.page->lines.end())
            return fmt::format(
                "Line {} of {} jumps to {:#x}: that is a label's {:#x} and {:#x} {}", line.line,
                file, *target, meant->address, page,
                *target > page ? "more. A label has the page's address in it already." : "less.");
    }
    return "";
}

std::optional<Misread> first_misread(const Scene& scene, std::string_view file, CodeSize actual) {
    for (const CodeLine& line : lines_of(scene, file)) {
        if (auto found = misread(scene, line, actual); found && line.file.ends_with(file))
            return found;
        const auto step = step_at(scene, line.address, actual);
        if (step && (step->flow == guest::Flow::jump || step->flow == guest::Flow::elsewhere))
            break;  // what follows may be data
    }
    return {};
}

std::optional<Misread> misread(const Scene& scene, const Registers& registers,
                               std::string_view file) {
    const std::uint64_t ip = guest::linear_rip(registers);
    for (const CodeLine& line : lines_of(scene, file))
        if (ip >= line.address && ip < line.end)
            return misread(scene, line, guest::code_size(registers));
    return {};
}

}  // namespace diagnosis
