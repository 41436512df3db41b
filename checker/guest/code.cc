#include "checker/guest/code.h"

#include <Zydis/Zydis.h>
#include <algorithm>
#include <array>

namespace guest {

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

// In the top 2 GiB a table's address fits into the displacement: rather 0xffffffff80131008 than
// -0x7fecefff8.
bool displaced_by_kernel_address(const ZydisDecodedOperand& operand) {
    constexpr std::int64_t no_offset = -0x1000'0000;
    return operand.type == ZYDIS_OPERAND_TYPE_MEMORY && operand.mem.disp.has_displacement &&
           operand.mem.disp.value < no_offset;
}

Flow flow_of(const ZydisDecodedInstruction& instruction) {
    if (instruction.meta.branch_type == ZYDIS_BRANCH_TYPE_FAR)
        return Flow::elsewhere;
    switch (instruction.meta.category) {
        case ZYDIS_CATEGORY_UNCOND_BR:
            return Flow::jump;
        case ZYDIS_CATEGORY_COND_BR:
            return Flow::branch;
        case ZYDIS_CATEGORY_CALL:
            return Flow::call;
        case ZYDIS_CATEGORY_RET:
        case ZYDIS_CATEGORY_INTERRUPT:
        case ZYDIS_CATEGORY_SYSCALL:
        case ZYDIS_CATEGORY_SYSRET:
            return Flow::elsewhere;
        default:
            return instruction.mnemonic == ZYDIS_MNEMONIC_UD2 ? Flow::elsewhere : Flow::on;
    }
}

ZydisRegisterContext context_of(const evidence::Registers& registers) {
    ZydisRegisterContext context{};
    std::size_t number = 0;
    for (const auto& [name, field] : evidence::general_registers) {
        const std::uint64_t value = registers.*field;
        context.values[static_cast<std::size_t>(ZYDIS_REGISTER_RAX) + number] = value;
        context.values[static_cast<std::size_t>(ZYDIS_REGISTER_EAX) + number] = value & 0xffffffff;
        context.values[static_cast<std::size_t>(ZYDIS_REGISTER_AX) + number] = value & 0xffff;
        ++number;
    }
    return context;
}

}  // namespace

CodeSize code_size(const evidence::Registers& registers) {
    if (registers.control.efer.has(x86::efer::lma) && registers.cs.long_mode)
        return CodeSize::bits64;
    return registers.control.cr0.has(x86::cr0::pe) && registers.cs.size_32 ? CodeSize::bits32
                                                                           : CodeSize::bits16;
}

std::uint64_t linear_rip(const evidence::Registers& registers) {
    return code_size(registers) == CodeSize::bits64 ? registers.rip
                                                    : registers.cs.base + registers.rip;
}

std::size_t instruction_length(std::span<const std::byte> code, CodeSize size) {
    const auto instruction = decode(code, 0, size);
    return instruction ? instruction->info.length : 0;
}

std::optional<Step> step(std::span<const std::byte> code, std::uint64_t address, CodeSize size) {
    const auto instruction = decode(code, address, size);
    if (!instruction)
        return {};
    Step step{instruction->info.length, flow_of(instruction->info), {}, {}};
    for (const ZydisDecodedOperand& operand :
         std::span{instruction->operands, instruction->info.operand_count_visible}) {
        if (operand.type == ZYDIS_OPERAND_TYPE_POINTER)
            step.target = operand.ptr.offset;
        const bool relative =
            operand.type == ZYDIS_OPERAND_TYPE_IMMEDIATE && operand.imm.is_relative;
        const bool read = operand.type == ZYDIS_OPERAND_TYPE_MEMORY &&
                          (operand.actions & ZYDIS_OPERAND_ACTION_MASK_READ) != 0;
        ZyanU64 absolute = 0;
        if ((!relative && !read) ||
            ZYAN_FAILED(ZydisCalcAbsoluteAddress(&instruction->info, &operand, address, &absolute)))
            continue;
        (relative ? step.target : step.reads) = absolute;
    }
    return step;
}

std::optional<std::vector<MemoryUse>> memory_used(std::span<const std::byte> code,
                                                  std::uint64_t address,
                                                  const evidence::Registers& registers) {
    const auto instruction = decode(code, address, code_size(registers));
    // With a bit's number in a register, BT goes beyond what it names.
    if (!instruction || instruction->info.meta.category == ZYDIS_CATEGORY_SYSTEM ||
        instruction->info.meta.category == ZYDIS_CATEGORY_BITBYTE)
        return {};
    const ZydisRegisterContext context = context_of(registers);
    std::vector<MemoryUse> used;
    for (const ZydisDecodedOperand& operand :
         std::span{instruction->operands, instruction->info.operand_count}) {
        if (operand.type == ZYDIS_OPERAND_TYPE_REGISTER &&
            ZydisRegisterGetClass(operand.reg.value) == ZYDIS_REGCLASS_SEGMENT)
            return {};
        if (operand.type != ZYDIS_OPERAND_TYPE_MEMORY)
            continue;
        const bool flat =
            operand.mem.segment != ZYDIS_REGISTER_FS && operand.mem.segment != ZYDIS_REGISTER_GS;
        const bool stands = operand.visibility == ZYDIS_OPERAND_VISIBILITY_EXPLICIT;
        ZyanU64 absolute = 0;
        if (!flat || !stands ||
            ZYAN_FAILED(ZydisCalcAbsoluteAddressEx(&instruction->info, &operand, registers.rip,
                                                   &context, &absolute)))
            return {};
        if (operand.mem.type != ZYDIS_MEMOP_TYPE_AGEN)
            used.push_back({absolute, operand.size / 8u});
    }
    return used;
}

void read_instruction(evidence::Location& place, std::span<const std::byte> code,
                      const evidence::Registers& registers) {
    place.instruction = disassemble(code, place.address, code_size(registers));
    if (registers.cs.long_mode)
        for (const MemoryUse& use :
             memory_used(code, place.address, registers).value_or(std::vector<MemoryUse>{}))
            if (!x86::is_canonical(x86::VirtualAddress{use.address}))
                place.no_address = use.address;
}

std::string disassemble(std::span<const std::byte> code, std::uint64_t address, CodeSize size) {
    const auto instruction = decode(code, address, size);
    if (!instruction)
        return {};
    ZydisFormatter formatter;
    ZydisFormatterInit(&formatter, ZYDIS_FORMATTER_STYLE_INTEL);
    ZydisFormatterSetProperty(&formatter, ZYDIS_FORMATTER_PROP_HEX_UPPERCASE, ZYAN_FALSE);
    for (const ZydisFormatterProperty padding :
         {ZYDIS_FORMATTER_PROP_IMM_PADDING, ZYDIS_FORMATTER_PROP_DISP_PADDING,
          ZYDIS_FORMATTER_PROP_ADDR_PADDING_ABSOLUTE})
        ZydisFormatterSetProperty(&formatter, padding, ZYDIS_PADDING_DISABLED);
    const std::span operands{instruction->operands, instruction->info.operand_count_visible};
    if (std::ranges::any_of(operands, displaced_by_kernel_address))
        ZydisFormatterSetProperty(&formatter, ZYDIS_FORMATTER_PROP_DISP_SIGNEDNESS,
                                  ZYDIS_SIGNEDNESS_UNSIGNED);
    std::array<char, sizeof(instruction->text)> text{};
    ZydisFormatterFormatInstruction(&formatter, &instruction->info, instruction->operands,
                                    instruction->info.operand_count_visible, text.data(),
                                    text.size(), address, nullptr);
    return text.data();
}

}  // namespace guest
