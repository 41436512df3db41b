#include "checker/guest/lock.h"

#include <algorithm>

#include "checker/evidence/kernel_names.h"
#include "checker/guest/memory.h"
#include "observed.h"

namespace guest {

namespace {

// The text at an address of the kernel's; empty if it is none.
std::string text_at(const LinearMemory& memory, std::uint64_t address) {
    constexpr std::size_t longest = 64;
    std::string text;
    for (const std::byte each : memory.read(address, longest)) {
        const auto letter = static_cast<unsigned char>(each);
        if (letter == 0) {
            return text;
        }
        if (letter < 0x20 || letter > 0x7e) {
            return {};
        }
        text += static_cast<char>(letter);
    }
    return {};
}

}  // namespace

std::optional<FoundLock> lock_awaited(const Machine& machine,
                                      const evidence::Registers& registers) {
    if (machine.symbols.locate(registers.rip).symbol != evidence::kernel_names::lock) {
        return std::nullopt;
    }
    const LinearMemory memory{machine.memory, machine.model, registers};
    std::optional<FoundLock> found;
    std::uint64_t at = 0;
    for (const std::uint64_t candidate :
         {registers.rdi, registers.rbx, registers.rsi, registers.rax, registers.rcx, registers.rdx,
          registers.r8, registers.r9, registers.r10, registers.r11, registers.r12, registers.r13,
          registers.r14, registers.r15}) {
        if (candidate == at && found) {
            continue;
        }
        const auto lock =
            candidate % 8 == 0 ? memory.read<observed::LockWord>(candidate) : std::nullopt;
        const std::string name = lock && lock->owner != 0
                                     ? text_at(memory, reinterpret_cast<std::uintptr_t>(lock->name))
                                     : std::string{};
        if (name.empty()) {
            continue;
        }
        if (found) {
            return std::nullopt;
        }
        found = FoundLock{{name, {}}, lock->owner};
        at = candidate;
    }
    return found;
}

std::optional<unsigned> cpu_of_token(const std::vector<evidence::Cpu>& cpus, std::uint32_t token) {
    // As lib::cpu_token has it: the APIC id, and 1.
    const auto owner = std::ranges::find_if(
        cpus, [&](const evidence::Cpu& cpu) { return cpu.apic_id + 1 == token; });
    return owner == cpus.end() ? std::nullopt : std::optional{owner->cpu};
}

}  // namespace guest
