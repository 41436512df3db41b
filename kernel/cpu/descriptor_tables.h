// What a CPU needs before it can take an exception: its own GDT, IDT and TSS.
#pragma once

#include <atomic>

#include "x86/address.h"
#include "x86/gate.h"
#include "x86/segment.h"
#include "x86/tss.h"

namespace cpu {

inline constexpr auto kernel_code = x86::Selector::gdt(1);
inline constexpr auto kernel_data = x86::Selector::gdt(2);
inline constexpr auto task_state = x86::Selector::gdt(3);

/// The tables of one CPU. A TSS belongs to one CPU alone (LTR marks its descriptor busy, and a
/// second LTR of it faults), so its GDT does too; the IDT only names handlers, but a CPU's own is
/// out of reach for what goes wrong on another.
class DescriptorTables {
  public:
    /// Fills them: flat 64-bit code and data, a gate for each of the 256 vectors. `emergency_stack`
    /// is the top of a stack that double faults, NMIs and machine checks switch to, because what
    /// raises them may be the stack itself. They can share one: no handler of the three returns.
    void fill(x86::VirtualAddress emergency_stack);

    /// Makes this CPU use them, once. GS keeps its base. [sdm3 10.8.5.2]
    void load();

    /// Whether their CPU has loaded them: from then on it survives an NMI.
    bool loaded() const { return loaded_.load(std::memory_order_acquire); }

  private:
    struct Gdt {
        x86::SegmentDescriptor null;
        x86::SegmentDescriptor code = x86::SegmentDescriptor::code64();
        x86::SegmentDescriptor data = x86::SegmentDescriptor::data64();
        x86::TssDescriptor tss;
    };
    static_assert(sizeof(Gdt) == 5 * 8);

    alignas(16) x86::InterruptTable idt_;
    alignas(16) Gdt gdt_;
    alignas(16) x86::TaskStateSegment tss_;
    std::atomic<bool> loaded_{false};
};

/// Whether this CPU has loaded tables of this kind. It asks the CPU, not a record: true as soon as
/// an exception would find a handler.
bool can_take_traps();

}  // namespace cpu
