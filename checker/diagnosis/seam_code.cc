#include "checker/diagnosis/seam_code.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "checker/evidence/trampoline_page.h"
#include "checker/guest/code.h"

namespace diagnosis {

namespace {

using evidence::CodeLine;
using guest::CodeSize;

struct Part {
    std::vector<CodeLine> lines;  // of one file
    std::uint64_t end = 0;
};

// The lines of one file, and where its code ends.
Part part_of(const evidence::TrampolinePage& both, std::string_view file) {
    Part part;
    bool inside = false;
    for (std::size_t i = 0; i < both.lines.size(); ++i) {
        if (both.lines[i].file.ends_with(".asm"))  // a macro's are in the file that it comes from
            inside = both.lines[i].file.ends_with(file);
        if (!inside)
            continue;
        part.lines.push_back(both.lines[i]);
        part.end = i + 1 < both.lines.size() ? both.lines[i + 1].address : both.code_end;
    }
    return part;
}

std::span<const std::byte> code_at(const evidence::TrampolinePage& both, std::uint64_t address) {
    return std::span{both.image}.subspan(address - trampoline::page_address);
}

}  // namespace

bool falls_off(const Scene& scene, std::string_view file) {
    const auto* both = trampoline_page(scene.evidence);
    const Part part = both ? part_of(*both, file) : Part{};
    if (part.lines.empty())
        return false;
    const std::uint64_t at = part.lines.back().address;
    return std::ranges::none_of(std::array{CodeSize::bits32, CodeSize::bits64}, [&](CodeSize size) {
        const auto last = guest::step(code_at(*both, at), at, size);
        return last && (last->flow == guest::Flow::jump || last->flow == guest::Flow::elsewhere ||
                        last->flow == guest::Flow::call);
    });
}

int pushes_left(const Scene& scene, std::string_view file) {
    const auto* both = trampoline_page(scene.evidence);
    const Part part = both ? part_of(*both, file) : Part{};
    int pushes = 0;
    for (std::uint64_t at = part.lines.empty() ? part.end : part.lines.front().address;
         at < part.end;) {
        const std::string text = guest::disassemble(code_at(*both, at), at, CodeSize::bits32);
        const auto length = guest::instruction_length(code_at(*both, at), CodeSize::bits32);
        if (length == 0)
            break;
        pushes += text.starts_with("push") ? 1 : text.starts_with("pop") ? -1 : 0;
        at += length;
    }
    return pushes;
}

std::optional<Misread> misread(const Scene& scene, const evidence::Registers& registers,
                               std::string_view file) {
    constexpr std::uint64_t a_few_instructions = 24;
    const std::uint64_t ip = guest::linear_rip(registers);
    const auto* both = trampoline_page(scene.evidence);
    const Part part = both ? part_of(*both, file) : Part{};
    const CodeSize actual = guest::code_size(registers);
    for (std::size_t i = 0; i < part.lines.size(); ++i) {
        const CodeLine& line = part.lines[i];
        if (line.address > ip || ip - line.address > a_few_instructions)
            continue;
        const std::uint64_t end = i + 1 < part.lines.size() ? part.lines[i + 1].address : part.end;
        const auto length = [&](CodeSize size) {
            return guest::instruction_length(code_at(*both, line.address), size);
        };
        for (const auto& [size, bits] :
             {std::pair{CodeSize::bits16, 16u}, {CodeSize::bits32, 32u}, {CodeSize::bits64, 64u}})
            if (size != actual && line.address + length(actual) != end &&
                line.address + length(size) == end)
                return Misread{
                    line, guest::disassemble(code_at(*both, line.address), line.address, size),
                    bits, guest::disassemble(code_at(*both, line.address), line.address, actual)};
    }
    return {};
}

}  // namespace diagnosis
