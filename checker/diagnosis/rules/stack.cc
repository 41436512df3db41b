// On which stack an AP entered C++, as it arrived there.
#include <fmt/format.h>

#include "checker/diagnosis/aps.h"
#include "checker/diagnosis/rules/rules.h"
#include "trampoline/mailbox.h"
#include "x86/page.h"

namespace diagnosis::rules {

namespace {

using evidence::Cpu;
using x86::ExceptionVector;

constexpr std::uint64_t return_address = 8, alignment = 16;
constexpr std::string_view the_abi =
    "The ABI wants RSP to be a multiple of 16 at each CALL, which then pushes 8 bytes. Compilers "
    "rely on it: where they use SSE, an aligned move raises #GP. This kernel has no SSE, so only "
    "the comparison tells.";

std::uint64_t at_the_call(const Cpu& cpu) {
    return cpu.arrival->registers.rsp + return_address;
}

bool near_its_top(const Cpu& cpu) {
    const std::uint64_t top = cpu.arrival->stack_top;
    return at_the_call(cpu) <= top + return_address && at_the_call(cpu) + x86::page_size > top;
}

bool misaligned(const Cpu& cpu) {
    return cpu.arrival && near_its_top(cpu) && at_the_call(cpu) % alignment != 0;
}

bool elsewhere(const Cpu& cpu) {
    return cpu.arrival && !near_its_top(cpu);
}

bool on_the_trampolines(const Cpu& cpu) {
    return elsewhere(cpu) && at_the_call(cpu) > trampoline::stack_bottom &&
           at_the_call(cpu) <= trampoline::stack_top;
}

bool in_the_mailbox(const Cpu& cpu) {
    return at_the_call(cpu) >= trampoline::mailbox_address &&
           at_the_call(cpu) < trampoline::mailbox_address + sizeof(trampoline::Mailbox);
}

// The push of the CALL into C++ itself is what failed. An address that is not canonical is #SS, and
// #GP in QEMU 7.2.
bool no_room_for_the_call(const Scene& scene) {
    if (!scene.oldest || !scene.registers() || !scene.reached('R') || scene.reached('1') ||
        !in_trampoline(scene.oldest->where.address) ||
        !scene.oldest->where.instruction.starts_with("call"))
        return false;
    const x86::VirtualAddress pushed{scene.registers()->rsp - return_address};
    return scene.raised(ExceptionVector::page_fault)
               ? scene.oldest->cr2 && *scene.oldest->cr2 - pushed.raw < return_address
               : !x86::is_canonical(pushed) &&
                     (scene.raised(ExceptionVector::stack_segment_fault) ||
                      scene.raised(ExceptionVector::general_protection));
}

std::optional<Explanation> stack_missing(const Scene& scene) {
    const Cpu* cpu = first_ap(scene, on_the_trampolines);
    if (!cpu)
        return {};
    return Explanation{
        fmt::format("CPU {} entered C++ on the trampoline's own stack: RSP {:#x}.", cpu->cpu,
                    at_the_call(*cpu)),
        "That one has 256 bytes, for the trampoline's 32-bit code, and below them lies the "
        "trampoline itself. This time they were enough; one more variable, or an interrupt, and "
        "C++ overwrites the code that the next AP needs.",
        "In 64-bit code load RSP from the mailbox's stack_top, before the entry is called.",
        {},
        cpu->cpu};
}

std::optional<Explanation> stack_wrong(const Scene& scene) {
    constexpr std::string_view advice =
        "Load RSP with the value of the mailbox's stack_top, and with nothing added to it.";
    if (no_room_for_the_call(scene))
        return Explanation{
            fmt::format("CPU {} called C++ with RSP {:#x}, and no stack is there.", scene.cpu->cpu,
                        scene.registers()->rsp),
            "CALL pushes its return address first, below RSP. Memory that is not mapped, or no "
            "address at all, cannot take it.",
            std::string{advice},
            {}};
    const Cpu* cpu = first_ap(scene, elsewhere);
    if (!cpu)
        return {};
    return Explanation{
        fmt::format("CPU {} entered C++ with RSP {:#x}; the stack that the mailbox had for it ends "
                    "at {:#x}.",
                    cpu->cpu, at_the_call(*cpu), cpu->arrival->stack_top),
        in_the_mailbox(*cpu)
            ? "That is inside the mailbox: an address where the content was wanted. Every push "
              "then "
              "overwrites what the mailbox says of the BSP."
            : "What lies below that address is not this AP's, and each push overwrites it: another "
              "CPU's stack, or whatever the kernel keeps there.",
        std::string{advice},
        {},
        cpu->cpu};
}

std::optional<Explanation> stack_misaligned(const Scene& scene) {
    if (const Cpu* cpu = first_ap(scene, misaligned)) {
        const bool jumped = at_the_call(*cpu) == cpu->arrival->stack_top + return_address;
        return Explanation{
            jumped ? fmt::format("CPU {} came into C++ without a return address on its stack.",
                                 cpu->cpu)
                   : fmt::format("CPU {} called C++ with RSP {:#x}, which is not a multiple of 16.",
                                 cpu->cpu, at_the_call(*cpu)),
            std::string{the_abi},
            jumped ? "Enter C++ by CALL, not by JMP: a function expects a return address."
                   : "Count the pushes between loading RSP and the call.",
            {},
            cpu->cpu};
    }
    const bool aligned_move = scene.raised_at(ExceptionVector::general_protection, "movaps") ||
                              scene.raised_at(ExceptionVector::general_protection, "movdqa");
    if (!aligned_move || !scene.registers() || scene.registers()->rsp % alignment == 0)
        return {};
    return Explanation{
        fmt::format("CPU {} runs C++ on a stack that is not 16-byte aligned.", scene.cpu->cpu),
        "The ABI wants RSP to be a multiple of 16 at each CALL; compilers use aligned moves and "
        "rely on it.",
        "Align RSP before the call of the entry.",
        {}};
}

}  // namespace

std::span<const Rule> stack_rules() {
    static constexpr auto all = std::to_array<Rule>({
        {"stack-missing", 4, stack_missing},
        {"stack-wrong", 4, stack_wrong},
        {"stack-misaligned", 4, stack_misaligned},
    });
    return all;
}

}  // namespace diagnosis::rules
