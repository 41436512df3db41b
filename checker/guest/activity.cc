#include "checker/guest/activity.h"

#include <algorithm>

#include "checker/evidence/kernel_names.h"
#include "checker/guest/code.h"
#include "observed.h"
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

// Where the code of a function jumps to `target`: as a tail call does.
std::optional<std::uint64_t> jump_to(const LinearMemory& memory, const Symbols::Range& function,
                                     std::uint64_t target) {
    constexpr std::uint64_t longest = 1 << 16;  // a symbol may claim any size
    const std::uint64_t end = function.address + std::min(function.size, longest);
    for (std::uint64_t at = function.address; at < end;) {
        const auto now = step(memory.read(at, longest_instruction), at, CodeSize::bits64);
        if (!now || (now->flow == Flow::jump && now->target == target))
            return now ? std::optional{at} : std::nullopt;
        at += now->length;
    }
    return {};
}

// The CALL that a function without a frame of its own was called by, or one that has not made it
// yet: the word at RSP leads to right behind one that leads to the function, or to one that jumps
// to it. Innermost first.
std::vector<std::uint64_t> frameless_calls(const Machine& machine,
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
    if (!call || call->flow != Flow::call || !call->target)
        return {};
    if (*call->target == function->address)
        return {*back - 1};
    const auto between = machine.symbols.find(machine.symbols.locate(*call->target).symbol);
    const auto jump = between ? jump_to(memory, *between, function->address) : std::nullopt;
    return jump ? std::vector{*jump, *back - 1} : std::vector<std::uint64_t>{};
}

using evidence::Registers;

// A way through code.
struct Way {
    bool endless = true;  // nothing on it leads elsewhere
    std::vector<std::uint64_t> visited, reads;
};

// Follows the code from `start` on, until that comes back. Nothing where it does not.
std::optional<Way> way_around(const LinearMemory& memory, CodeSize size, std::uint64_t start) {
    constexpr int longest = 64;  // instructions
    Way way;
    const auto visit = [&](std::uint64_t at) {
        const auto now = step(memory.read(at, longest_instruction), at, size);
        if (now)
            way.visited.push_back(at);
        if (now && now->reads)
            way.reads.push_back(*now->reads);
        return now;
    };
    std::uint64_t at = start;
    for (int i = 0; i < longest; ++i) {
        const auto now = visit(at);
        if (!now || now->flow == Flow::elsewhere || (now->flow == Flow::jump && !now->target))
            return {};
        way.endless = way.endless && now->flow != Flow::branch && now->flow != Flow::call;
        const bool around =
            now->target && (*now->target == start || (*now->target <= start && start <= at));
        if (now->flow == Flow::branch && around) {
            // What lies between the head of the loop and where the way began belongs to it.
            std::uint64_t head = *now->target;
            for (int more = 0; more < longest && head < start; ++more) {
                const auto skipped = visit(head);
                if (!skipped)
                    break;
                head += skipped->length;
            }
            return way;
        }
        at = now->flow == Flow::jump ? *now->target : at + now->length;
        if (at == start)
            return way;
    }
    return {};
}

// The text at an address of the kernel's; empty if it is none.
std::string text_at(const LinearMemory& memory, std::uint64_t address) {
    constexpr std::size_t longest = 64;
    std::string text;
    for (const std::byte each : memory.read(address, longest)) {
        const auto letter = static_cast<unsigned char>(each);
        if (letter == 0)
            return text;
        if (letter < 0x20 || letter > 0x7e)
            return {};
        text += static_cast<char>(letter);
    }
    return {};
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
    const auto direct = frameless_calls(machine, registers, where);
    if (!direct.empty() && (sites.empty() || sites.front() != direct.back()))
        sites.insert(sites.begin(), direct.begin(), direct.end());
    std::vector<evidence::Location> all;
    for (const std::uint64_t site : sites) {
        evidence::Location place = machine.symbols.locate(site);
        if (place.symbol.empty() || all.size() == most)
            break;
        all.push_back(std::move(place));
    }
    return all;
}

std::optional<evidence::Loop> loop_at(const Machine& machine, const Registers& registers) {
    const LinearMemory memory = machine.seen_with(registers);
    const std::uint64_t start = linear_rip(registers);
    const auto way = way_around(memory, code_size(registers), start);
    if (!way)
        return {};
    const evidence::Location here = machine.symbols.locate(start);
    evidence::Loop loop{here.line, here.line, way->endless, {}};
    for (const std::uint64_t address : way->visited) {
        const evidence::Location place = machine.symbols.locate(address);
        if (place.file == here.file && place.line != 0) {
            loop.first_line = std::min(loop.first_line, place.line);
            loop.last_line = std::max(loop.last_line, place.line);
        }
    }
    for (const std::uint64_t address : way->reads) {
        std::string name = machine.symbols.object_at(address);
        if (!name.empty() && std::ranges::find(loop.reads, name) == loop.reads.end())
            loop.reads.push_back(std::move(name));
    }
    return loop;
}

std::optional<evidence::AwaitedLock> lock_awaited(const Machine& machine,
                                                  const Registers& registers,
                                                  const std::vector<evidence::Cpu>& cpus) {
    if (machine.symbols.locate(registers.rip).symbol != evidence::kernel_names::lock)
        return {};
    const LinearMemory memory = machine.seen_with(registers);
    std::optional<evidence::AwaitedLock> found;
    std::uint64_t at = 0;
    for (const auto& [register_name, field] : evidence::general_registers) {
        const std::uint64_t candidate = registers.*field;
        if (register_name == "RSP" || register_name == "RBP")
            continue;
        if (candidate % 8 != 0 || (found && candidate == at))
            continue;
        const auto lock = memory.read<observed::LockWord>(candidate);
        std::string name;
        if (lock && lock->owner != 0)
            name = text_at(memory, reinterpret_cast<std::uintptr_t>(lock->name));
        if (name.empty())
            continue;
        if (found)
            return {};
        // A token, as lib::cpu_token has it, is the APIC id, and 1.
        const auto owner = std::ranges::find(cpus, lock->owner - 1, &evidence::Cpu::apic_id);
        found = {name, owner == cpus.end() ? std::nullopt : std::optional{owner->cpu}};
        at = candidate;
    }
    return found;
}

}  // namespace guest
