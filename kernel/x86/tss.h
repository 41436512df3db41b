// The 64-bit task state segment: nothing of tasks is left in it, only stacks. [sdm3 8.7]
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "x86/address.h"
#include "x86/expect.h"

namespace x86 {

/// One per CPU. Its 8-byte fields lie on 4-byte boundaries, hence packed.
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
