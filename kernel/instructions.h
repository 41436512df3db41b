// Every privileged or special instruction of the kernel, and nothing else.
#pragma once

#include <cstdint>

#include "x86/address.h"
#include "x86/control_registers.h"
#include "x86/cpuid.h"
#include "x86/msr.h"
#include "x86/segment.h"

/// Each function is one instruction, or the few that belong together, named for what it does. Those
/// that let memory change unseen (interrupts, other CPUs, another map) tell the compiler so with a
/// "memory" clobber.
namespace instructions {

inline std::uint8_t in8(std::uint16_t port) {
    std::uint8_t value;
    asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}
inline std::uint16_t in16(std::uint16_t port) {
    std::uint16_t value;
    asm volatile("inw %1, %0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}
inline void out8(std::uint16_t port, std::uint8_t value) {
    asm volatile("outb %0, %1" : : "a"(value), "Nd"(port) : "memory");
}
inline void out16(std::uint16_t port, std::uint16_t value) {
    asm volatile("outw %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

/// #GP if the processor has no such register.
inline std::uint64_t read_msr(x86::Msr msr) {
    std::uint32_t low;
    std::uint32_t high;
    asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr) : "memory");
    return std::uint64_t{high} << 32 | low;
}
/// #GP if there is no such register, or if `value` has a bit that it reserves.
inline void write_msr(x86::Msr msr, std::uint64_t value) {
    const auto low = static_cast<std::uint32_t>(value);
    const auto high = static_cast<std::uint32_t>(value >> 32);
    asm volatile("wrmsr" : : "a"(low), "d"(high), "c"(msr) : "memory");
}

inline x86::Cr0 read_cr0() {
    x86::Cr0 value;
    asm volatile("mov %%cr0, %0" : "=r"(value.raw) : : "memory");
    return value;
}
/// The address whose use raised the last #PF.
inline x86::VirtualAddress read_cr2() {
    x86::VirtualAddress value;
    asm volatile("mov %%cr2, %0" : "=r"(value.raw) : : "memory");
    return value;
}
/// The whole register; x86::page_table_root() has the address in it.
inline std::uint64_t read_cr3() {
    std::uint64_t value;
    asm volatile("mov %%cr3, %0" : "=r"(value) : : "memory");
    return value;
}
inline x86::Cr4 read_cr4() {
    x86::Cr4 value;
    asm volatile("mov %%cr4, %0" : "=r"(value.raw) : : "memory");
    return value;
}
inline x86::Efer read_efer() {
    return {read_msr(x86::Msr::efer)};
}
inline void write_cr0(x86::Cr0 value) {
    asm volatile("mov %0, %%cr0" : : "r"(value.raw) : "memory");
}
/// Switches to the PML4 at `root` and forgets all translations but global ones.
inline void write_cr3(x86::PhysicalAddress root) {
    asm volatile("mov %0, %%cr3" : : "r"(root.raw) : "memory");
}
inline void write_efer(x86::Efer value) {
    write_msr(x86::Msr::efer, value.raw);
}
inline x86::ControlState read_control_state() {
    return {read_cr0(), read_cr3(), read_cr4(), read_efer()};
}

inline x86::CpuidResult cpuid(std::uint32_t leaf, std::uint32_t subleaf = 0) {
    x86::CpuidResult result;
    asm volatile("cpuid"
                 : "=a"(result.eax), "=b"(result.ebx), "=c"(result.ecx), "=d"(result.edx)
                 : "a"(leaf), "c"(subleaf)
                 : "memory");
    return result;
}
/// Whether this CPU has `feature`. A leaf that it does not know counts as no.
inline bool has(x86::CpuidFeature feature) {
    const std::uint32_t first = feature.leaf & 0x80000000;
    return feature.leaf <= cpuid(first).eax && feature.in(cpuid(feature.leaf));
}

/// Sleeps until an interrupt. With interrupts off only an NMI, SMI, INIT or reset wakes it.
inline void halt() {
    asm volatile("hlt" : : : "memory");
}
/// Turns interrupts on and sleeps. STI takes effect after the next instruction, so none can slip in
/// between and leave the CPU asleep with its work waiting.
inline void halt_with_interrupts() {
    asm volatile("sti; hlt" : : : "memory");
}
inline void cli() {
    asm volatile("cli" : : : "memory", "cc");
}
inline void sti() {
    asm volatile("sti" : : : "memory", "cc");
}
inline x86::Rflags read_rflags() {
    x86::Rflags value;
    asm volatile("pushfq; popq %0" : "=r"(value.raw) : : "memory");
    return value;
}
/// In the body of every loop that waits for another CPU.
inline void pause() {
    asm volatile("pause" : : : "memory");
}
/// Orders all earlier memory accesses before a following WRMSR to an x2APIC register, which by
/// itself orders nothing. [sdm3 11.12.3]
inline void fence_before_x2apic() {
    asm volatile("mfence; lfence" : : : "memory");
}
inline std::uint64_t read_tsc() {
    std::uint32_t low;
    std::uint32_t high;
    asm volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return std::uint64_t{high} << 32 | low;
}
inline void lgdt(const x86::TablePointer64& table) {
    asm volatile("lgdt %0" : : "m"(table) : "memory");
}
inline void lidt(const x86::TablePointer64& table) {
    asm volatile("lidt %0" : : "m"(table) : "memory");
}
/// Loads the task register; the descriptor becomes busy, so its GDT must be writable.
inline void ltr(x86::Selector selector) {
    asm volatile("ltr %0" : : "r"(selector.raw) : "memory");
}
/// Goes on in another code segment of the same address space: only a far transfer loads CS.
inline void load_cs(x86::Selector selector) {
    std::uint64_t scratch;
    asm volatile(
        "pushq %1\n\t"
        "leaq 1f(%%rip), %0\n\t"
        "pushq %0\n\t"
        "lretq\n"
        "1:"
        : "=&r"(scratch)
        : "r"(std::uint64_t{selector.raw})
        : "memory");
}
/// Loads DS, ES and SS. FS and GS are left alone: loading them would clear their bases.
inline void load_data_segments(x86::Selector selector) {
    asm volatile("mov %0, %%ds; mov %0, %%es; mov %0, %%ss" : : "r"(selector.raw) : "memory");
}
/// The 8 bytes at `offset` from the GS base.
inline std::uint64_t read_gs(std::uint64_t offset) {
    std::uint64_t value;
    asm volatile("movq %%gs:(%1), %0" : "=r"(value) : "r"(offset) : "memory");
    return value;
}

/// Leaves this stack for good: `function`, which must not return, starts at `top`, 16-byte aligned.
[[noreturn]] inline void continue_on_stack(x86::VirtualAddress top, void (*function)()) {
    asm volatile("movq %0, %%rsp; xorl %%ebp, %%ebp; callq *%1"
                 :
                 : "r"(top.raw), "r"(function)
                 : "memory");
    __builtin_unreachable();
}

}  // namespace instructions
