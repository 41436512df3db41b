#include "checker/logs/elf_file.h"

#include <algorithm>
#include <fcntl.h>
#include <fmt/format.h>
#include <gelf.h>
#include <memory>

#include "checker/error.h"
#include "checker/evidence/faults.h"
#include "checker/evidence/questions.h"
#include "checker/guest/code.h"
#include "checker/process/descriptor.h"

namespace logs {

using evidence::Evidence;
using evidence::Location;
using evidence::Registers;
using guest::Symbols;

namespace {

constexpr std::string_view what_to_do = "leave ELF= out, or name the kernel as it was linked";

// What can be told of a file before its symbols are read.
struct ElfFile {
    std::optional<GElf_Ehdr> header;  // nothing where it is no ELF file
    bool has_symbols = false, has_lines = false;
};

ElfFile look_into(const std::filesystem::path& path) {
    elf_version(EV_CURRENT);
    const process::Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    const std::unique_ptr<Elf, decltype(&elf_end)> elf{
        elf_begin(file.number(), ELF_C_READ, nullptr), &elf_end};
    GElf_Ehdr header;
    if (elf_kind(elf.get()) != ELF_K_ELF || gelf_getehdr(elf.get(), &header) == nullptr)
        return {};
    ElfFile found{header};
    std::size_t names = 0;
    elf_getshdrstrndx(elf.get(), &names);
    for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf.get(), section)) != nullptr;) {
        GElf_Shdr its;
        if (gelf_getshdr(section, &its) == nullptr)
            continue;
        const char* name = elf_strptr(elf.get(), names, its.sh_name);
        found.has_symbols |= its.sh_type == SHT_SYMTAB;
        found.has_lines |= name != nullptr && std::string_view{name} == ".debug_line";
    }
    return found;
}

// Why a file with this header can be no kernel of ours; empty if it can.
std::string refusal(const GElf_Ehdr& header) {
    if (header.e_machine != EM_X86_64 && header.e_machine != EM_386)
        return fmt::format("is for another machine (ELF machine {}), not for x86",
                           header.e_machine);
    if (header.e_type == ET_REL)
        return "is an object file: the linker has not placed it yet";
    if (header.e_type == ET_CORE)
        return "is a core dump, not a program";
    return "";
}

// Where it ran, by its own account, if that should be the kernel's code: not what a BIOS or a
// copied trampoline may be at, and not a program of user mode.
std::optional<std::uint64_t> kernel_address(const Registers& registers) {
    constexpr std::uint64_t low_memory = 0x100000;
    constexpr unsigned rpl = 3;
    const std::uint64_t at = guest::linear_rip(registers);
    return at >= low_memory && (registers.cs.selector & rpl) == 0 ? std::optional{at}
                                                                  : std::nullopt;
}

bool is_code(const Symbols& symbols, std::uint64_t address) {
    const auto linked = symbols.linked_at(address);
    return symbols.is_code(address) || (linked && symbols.is_code(*linked));
}

// Where the ELF file has the code that runs at `linear`.
std::uint64_t linked(const Symbols& symbols, std::uint64_t linear) {
    return symbols.bytes(linear, 1).empty() ? symbols.linked_at(linear).value_or(linear) : linear;
}

// The bytes that the file has for the instruction at a linear address; empty where it has none.
std::span<const std::byte> code_at(const Symbols& symbols, std::uint64_t linear) {
    return symbols.bytes(linked(symbols, linear), guest::longest_instruction);
}

// The instruction in the file uses memory, and not at the address that the fault was about.
bool uses_another_address(const evidence::Cpu& cpu, const Symbols& symbols) {
    const auto* oldest = evidence::oldest_exception(cpu);
    if (!oldest || !oldest->cr2 || is_fetch_fault(*oldest))
        return false;
    const auto used = guest::memory_used(code_at(symbols, oldest->where.address),
                                         oldest->where.address, *cpu.registers);
    return used && std::ranges::none_of(*used, [&](const guest::MemoryUse& use) {
               return *oldest->cr2 - use.address < use.size;
           });
}

}  // namespace

Symbols symbols_of(const std::filesystem::path& elf, const std::filesystem::path& root) {
    const auto header = look_into(elf).header;
    const std::string why = header ? refusal(*header) : "is no ELF file that can be read";
    if (!why.empty())
        throw checker::Error(fmt::format("{} {}; {}", elf.string(), why, what_to_do));
    return Symbols{elf, root};
}

std::string missing_in(const std::filesystem::path& elf) {
    const ElfFile file = look_into(elf);
    if (!file.has_symbols)
        return "no symbols: it was stripped. Name the file as it was linked";
    return file.has_lines ? "" : "no source lines: compile the kernel with -g";
}

std::string misfit(const Evidence& evidence, const Symbols& symbols) {
    const evidence::Cpu& cpu = evidence.cpus.front();
    const auto* oldest = evidence::oldest_exception(cpu);
    std::vector<std::uint64_t> addresses;
    const auto add = [&](const Registers& registers) {
        if (const auto address = kernel_address(registers))
            addresses.push_back(*address);
    };
    if (cpu.registers && !(oldest && is_fetch_fault(*oldest)))
        add(*cpu.registers);
    std::ranges::for_each(evidence.log->others, add);
    if (!addresses.empty() && std::ranges::none_of(addresses, [&](std::uint64_t address) {
            return is_code(symbols, address);
        }))
        return fmt::format(
            "no CPU of the log was in its code, at {:#x} for one. It is another "
            "kernel, or was not loaded where it was linked",
            addresses.front());
    if (cpu.registers && uses_another_address(cpu, symbols))
        return fmt::format(
            "in it the instruction at {:#x} is \"{}\", which does not use the "
            "address of the fault, {:#x}. It is another kernel, or another build",
            oldest->where.address, oldest->where.instruction, *oldest->cr2);
    return "";
}

Location place(const Symbols& symbols, std::uint64_t linear,
               const std::optional<Registers>& registers) {
    Location location = symbols.locate(linked(symbols, linear));
    location.address = linear;
    if (registers)
        guest::read_instruction(location, code_at(symbols, linear), *registers);
    return location;
}

bool after_control_register(const Symbols& symbols, std::uint64_t linear) {
    constexpr std::size_t size = 3;  // MOV CRn, r32: 0f 22 /r [sdm2 MOV]
    const auto bytes = symbols.bytes(linked(symbols, linear) - size, size);
    return bytes.size() == size && bytes[0] == std::byte{0x0f} && bytes[1] == std::byte{0x22};
}

}  // namespace logs
