// How an exception finds its handler, and a stack: the IDT's gates [sdm3 6.14.1] and the TSS.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "x86/address.h"
#include "x86/flags.h"
#include "x86/segment.h"

namespace x86 {

/// A 64-bit interrupt gate: entering through it turns interrupts off.
struct InterruptGate {
    std::uint64_t low = 0;
    std::uint64_t high = 0;

    /// Leads to `handler` in the segment `code`, on the stack that the TSS has for `ist`, 1..7, or
    /// on the current one for 0. Privilege 0: INT n from ring 3 gets #GP.
    static constexpr InterruptGate to(VirtualAddress handler, Selector code, unsigned ist = 0) {
        expect(ist <= 7);
        constexpr std::uint64_t interrupt_gate_64 = 0xe;
        return {(handler.raw & 0xffff) | std::uint64_t{code.raw} << 16 | std::uint64_t{ist} << 32 |
                    interrupt_gate_64 << 40 | bit(47) | (handler.raw >> 16 & 0xffff) << 48,
                handler.raw >> 32};
    }

    constexpr bool present() const { return (low & bit(47)) != 0; }
    constexpr unsigned type() const { return static_cast<unsigned>(low >> 40 & 0xf); }
    constexpr unsigned dpl() const { return static_cast<unsigned>(low >> 45 & 3); }
    constexpr unsigned ist() const { return static_cast<unsigned>(low >> 32 & 7); }
    constexpr Selector selector() const { return {static_cast<std::uint16_t>(low >> 16)}; }
    constexpr VirtualAddress handler() const {
        return VirtualAddress{(low & 0xffff) | (low >> 32 & 0xffff0000) | high << 32};
    }

    constexpr bool operator==(const InterruptGate&) const = default;
};

/// An IDT for all vectors. A default gate is not present.
using InterruptTable = std::array<InterruptGate, 256>;

static_assert(sizeof(InterruptGate) == 16 && sizeof(InterruptTable) == 4096);

// The words of [sdm3 Figure 6-8], filled in by hand, high half last.
static_assert(InterruptGate::to(VirtualAddress{0xffffffff81a00b40}, Selector{0x10}, 3) ==
              InterruptGate{0x81a08e0300100b40, 0x00000000ffffffff});

/// The 64-bit task state segment, one per CPU: nothing of tasks is left in it, only stacks.
/// [sdm3 8.7] Its 8-byte fields lie on 4-byte boundaries, hence packed.
struct [[gnu::packed]] TaskStateSegment {
    std::uint32_t reserved_0 = 0;
    std::uint64_t rsp[3] = {};  // the stacks for entries to rings 0, 1, 2
    std::uint64_t reserved_1 = 0;
    std::uint64_t ist[7] = {};  // IST1 is [0]: use interrupt_stack()
    std::uint64_t reserved_2 = 0;
    std::uint16_t reserved_3 = 0;
    std::uint16_t io_map_base = 104;  // past the end: no permission map, no ports for ring 3

    /// The stack, by its top, that gates with IST `number`, 1..7, switch to.
    constexpr void set_interrupt_stack(unsigned number, VirtualAddress top) {
        expect(number >= 1 && number <= 7);
        ist[number - 1] = top.raw;
    }
    constexpr VirtualAddress interrupt_stack(unsigned number) const {
        expect(number >= 1 && number <= 7);
        return VirtualAddress{ist[number - 1]};
    }
};

// The offsets of [sdm3 Figure 8-11].
static_assert(std::is_standard_layout_v<TaskStateSegment> && sizeof(TaskStateSegment) == 104);
static_assert(offsetof(TaskStateSegment, rsp) == 4 && offsetof(TaskStateSegment, ist) == 36);
static_assert(offsetof(TaskStateSegment, io_map_base) == 102);

}  // namespace x86
