// What a CPU needs before it can take an exception: GDT, IDT and TSS.
#pragma once

#include "x86/address.h"
#include "x86/gate.h"
#include "x86/segment.h"

namespace cpu {

inline constexpr auto kernel_code = x86::Selector::gdt(1);
inline constexpr auto kernel_data = x86::Selector::gdt(2);
inline constexpr auto task_state = x86::Selector::gdt(3);

/// Fills the IDT, a gate for each of the 256 vectors. The BSP does it, once, before load().
void fill_idt();

/// The tables of one CPU. A TSS belongs to one CPU alone (LTR marks its descriptor busy, and a
/// second LTR of it faults), so its GDT does too. The IDT only names handlers: all CPUs share one.
class DescriptorTables {
  public:
    /// Fills them: flat 64-bit code and data. `emergency_stack` is the top of a stack that double
    /// faults, NMIs and machine checks switch to, because what raises them may be the stack itself.
    /// They can share one: no handler of the three returns.
    void fill(x86::VirtualAddress emergency_stack);

    /// Makes this CPU use them, once. GS keeps its base. [sdm3 10.8.5.2]
    void load();

  private:
    struct Gdt {
        x86::SegmentDescriptor null;
        x86::SegmentDescriptor code = x86::SegmentDescriptor::code64();
        x86::SegmentDescriptor data = x86::SegmentDescriptor::data64();
        x86::TssDescriptor tss;
    };
    static_assert(sizeof(Gdt) == 5 * 8);

    alignas(16) Gdt gdt_;
    alignas(16) x86::TaskStateSegment tss_;
};

}  // namespace cpu
