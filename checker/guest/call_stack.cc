#include "checker/guest/call_stack.h"

#include "checker/guest/code.h"
#include "x86/control_registers.h"
#include "x86/segment.h"

namespace guest {

namespace {

// What a function with a frame pointer finds at it.
struct Frame {
    std::uint64_t callers_frame_pointer;
    std::uint64_t return_address;
};

bool is_kernel_segment(std::uint64_t raw) {
    constexpr std::uint64_t most = 0xffff;
    const x86::Selector selector{static_cast<std::uint16_t>(raw)};
    return raw <= most && !selector.local() && selector.rpl() == 0;
}

// Values that only a trap puts side by side.
bool is_plausible(const cpu::TrapFrame& trap) {
    constexpr std::uint64_t always_one = 1 << 1;
    constexpr std::uint64_t always_zero = ~std::uint64_t{0x3fffd7};
    constexpr std::uint64_t vectors = 256;
    return trap.vector < vectors && trap.error_code >> 32 == 0 && trap.cs != 0 &&
           is_kernel_segment(trap.cs) && is_kernel_segment(trap.ss) &&
           (trap.rflags & always_one) != 0 && (trap.rflags & always_zero) == 0;
}

// The CALL that a function without a frame of its own was called by, or one that has not made it
// yet: the word at RSP leads to right behind one that leads to the function.
std::optional<std::uint64_t> frameless_call(const Machine& machine,
                                            const evidence::Registers& registers,
                                            const evidence::Location& where) {
    const LinearMemory memory = machine.seen_with(registers);
    const auto function = machine.symbols.find(where.symbol);
    const auto back = memory.read<std::uint64_t>(registers.rsp);
    constexpr std::size_t call_size = 5;  // CALL rel32 [sdm2 CALL]
    if (!function || !back || code_size(registers) != CodeSize::bits64)
        return {};
    const std::uint64_t at = *back - call_size;
    const auto call = step(memory.read(at, call_size), at, CodeSize::bits64);
    return call && call->flow == Flow::call && call->target == function->address
               ? std::optional{*back - 1}
               : std::nullopt;
}

}  // namespace

CallStack call_stack(const LinearMemory& memory, std::uint64_t frame_pointer) {
    constexpr int most_frames = 1000;  // a loop in the chain ends here
    CallStack stack;
    for (int i = 0; i < most_frames && frame_pointer % 8 == 0; ++i) {
        const auto frame = memory.read<Frame>(frame_pointer);
        if (!frame)
            break;
        stack.sites.push_back(frame->return_address - 1);
        const auto trap = memory.read<cpu::TrapFrame>(frame_pointer + sizeof(Frame));
        if (trap && is_plausible(*trap)) {
            stack.traps.push_back(*trap);
            stack.sites.push_back(trap->rip);
            frame_pointer = trap->rbp;
            continue;
        }
        if (frame->callers_frame_pointer <= frame_pointer)
            break;  // stacks grow downwards
        frame_pointer = frame->callers_frame_pointer;
    }
    return stack;
}

std::vector<evidence::Location> callers(const Machine& machine,
                                        const evidence::Registers& registers,
                                        const evidence::Location& where, const CallStack& stack) {
    constexpr std::size_t most = 32;
    std::vector<std::uint64_t> sites = stack.sites;
    const auto direct = frameless_call(machine, registers, where);
    if (direct && (sites.empty() || sites.front() != *direct))
        sites.insert(sites.begin(), *direct);
    std::vector<evidence::Location> all;
    for (const std::uint64_t site : sites) {
        evidence::Location place = machine.symbols.locate(site);
        if (place.symbol.empty() || all.size() == most)
            break;
        all.push_back(std::move(place));
    }
    return all;
}

}  // namespace guest
