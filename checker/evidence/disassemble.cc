#include "checker/evidence/disassemble.h"

#include <Zydis/Zydis.h>
#include <optional>

namespace evidence {

CodeSize code_size(const Registers& registers) {
    if (registers.control.efer.has(x86::efer::lma) && registers.cs.long_mode) {
        return CodeSize::bits64;
    }
    return registers.control.cr0.has(x86::cr0::pe) && registers.cs.size_32 ? CodeSize::bits32
                                                                           : CodeSize::bits16;
}

std::uint64_t linear_rip(const Registers& registers) {
    return code_size(registers) == CodeSize::bits64 ? registers.rip
                                                    : registers.cs.base + registers.rip;
}

namespace {

std::optional<ZydisDisassembledInstruction> decode(std::span<const std::byte> code,
                                                   std::uint64_t address, CodeSize size) {
    const ZydisMachineMode mode = size == CodeSize::bits64   ? ZYDIS_MACHINE_MODE_LONG_64
                                  : size == CodeSize::bits32 ? ZYDIS_MACHINE_MODE_LEGACY_32
                                                             : ZYDIS_MACHINE_MODE_LEGACY_16;
    ZydisDisassembledInstruction instruction;
    const ZyanStatus status =
        ZydisDisassembleIntel(mode, address, code.data(), code.size(), &instruction);
    return ZYAN_SUCCESS(status) ? std::optional{instruction} : std::nullopt;
}

}  // namespace

std::size_t instruction_length(std::span<const std::byte> code, CodeSize size) {
    const auto instruction = decode(code, 0, size);
    return instruction ? instruction->info.length : 0;
}

std::string disassemble(std::span<const std::byte> code, std::uint64_t address, CodeSize size) {
    const auto instruction = decode(code, address, size);
    return instruction ? instruction->text : "";
}

}  // namespace evidence
