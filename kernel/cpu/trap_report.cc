#include "cpu/trap_report.h"

#include <array>

#include "console/print.h"
#include "instructions.h"
#include "lib/text_buffer.h"
#include "memory/stack.h"
#include "x86/page.h"

// The pages below the two stacks in kernel/boot/stack.asm.
extern "C" const char boot_stack_guard[], emergency_stack_guard[];

namespace cpu {

namespace {

bool guards_a_stack(x86::VirtualAddress address) {
    const x86::VirtualAddress page = x86::align_down(address, x86::page_size);
    return page == x86::address_of(boot_stack_guard) ||
           page == x86::address_of(emergency_stack_guard) || memory::stack_guarded_by(address);
}

template <class Register>
void print_control_register(std::string_view name, Register value) {
    std::array<char, console::max_line> storage;
    lib::TextBuffer text(storage);
    append_register(text, value);
    console::print("  {:<4} {}\n", name, text.text());
}

}  // namespace

void append_stack_overflow(lib::TextBuffer& out, const Trap& trap) {
    const auto vector = trap.frame.exception();
    const bool tells_address =
        vector == x86::ExceptionVector::page_fault || vector == x86::ExceptionVector::double_fault;
    if (tells_address && guards_a_stack(trap.cr2)) {
        lib::format_to(out, ": the stack has run over, below {} nothing is mapped",
                       x86::align_up(trap.cr2, x86::page_size));
    }
}

void print_trap(const Trap& trap) {
    const TrapFrame& f = trap.frame;
    std::array<char, console::max_line> storage;
    lib::TextBuffer rip(storage);
    append_location(rip, f.instruction(), kernel_symbols());

    console::print("  rip  {}\n", rip.text());
    console::print("  cs {:#06x}  ss {:#06x}  rflags {:#010x}\n", f.cs, f.ss, f.rflags);
    console::print("  rax {:#018x}  rbx {:#018x}  rcx {:#018x}\n", f.rax, f.rbx, f.rcx);
    console::print("  rdx {:#018x}  rsi {:#018x}  rdi {:#018x}\n", f.rdx, f.rsi, f.rdi);
    console::print("  rbp {:#018x}  rsp {:#018x}  r8  {:#018x}\n", f.rbp, f.rsp, f.r8);
    console::print("  r9  {:#018x}  r10 {:#018x}  r11 {:#018x}\n", f.r9, f.r10, f.r11);
    console::print("  r12 {:#018x}  r13 {:#018x}  r14 {:#018x}\n", f.r12, f.r13, f.r14);
    console::print("  r15 {:#018x}  cr2 {:#018x}  cr3 {:#018x}\n", f.r15, trap.cr2.raw,
                   instructions::read_cr3());
    print_control_register("cr0", instructions::read_cr0());
    print_control_register("cr4", instructions::read_cr4());
    print_control_register("efer", instructions::read_efer());
}

}  // namespace cpu
