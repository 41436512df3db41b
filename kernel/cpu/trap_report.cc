#include "cpu/trap_report.h"

#include "console/print.h"
#include "instructions.h"
#include "memory/stack.h"
#include "x86/page.h"

// The pages below the two stacks in kernel/boot/entry.asm.
extern "C" const char boot_stack_guard[], emergency_stack_guard[];

namespace cpu {

namespace {

void append_error_code(lib::TextBuffer& out, const TrapFrame& frame) {
    const auto code = static_cast<std::uint32_t>(frame.error_code);
    lib::format_to(out, " {:#06x}", code);
    if (frame.exception() == x86::ExceptionVector::page_fault) {
        out.append(" (");
        lib::append_names(out, x86::PageFaultError{code}, x86::page_fault_names);
        out.append(')');
    }
}

void append_access(lib::TextBuffer& out, x86::PageFaultError error, x86::VirtualAddress cr2) {
    using namespace x86;
    const auto access = error.has(page_fault::i)   ? "a fetch from"
                        : error.has(page_fault::w) ? "a write to"
                                                   : "a read of";
    lib::format_to(out, ": {} {}, ", access, cr2);
    // RSVD first: QEMU reports it without P, although it implies P. [sdm3 4.7]
    if (error.has(page_fault::rsvd)) {
        out.append("whose page entry has a reserved bit set");
    } else if (!error.has(page_fault::p)) {
        out.append("which is not mapped");
    } else if (error.has(page_fault::i)) {
        out.append("whose page is not executable");
    } else if (error.has(page_fault::w)) {
        out.append("whose page is read-only");
    } else {
        out.append("which its page does not allow");
    }
}

bool guards_a_stack(x86::VirtualAddress address) {
    const x86::VirtualAddress page = x86::align_down(address, x86::page_size);
    return page == x86::address_of(boot_stack_guard) ||
           page == x86::address_of(emergency_stack_guard) || memory::stack_guarded_by(address);
}

template <class F, std::size_t count>
void print_flags(std::string_view name, F value,
                 const std::array<x86::NamedFlag<F>, count>& names) {
    std::array<char, console::max_line> storage;
    lib::TextBuffer set(storage);
    lib::append_names(set, value, names);
    console::print("  {:<4} {:#x} ({})\n", name, value.raw, set.text());
}

}  // namespace

void append_cause(lib::TextBuffer& out, const TrapFrame& frame, x86::VirtualAddress cr2) {
    if (!frame.is_exception()) {
        lib::format_to(out, "interrupt {:#x} that nobody handles", frame.vector);
        return;
    }
    const x86::ExceptionVector exception = frame.exception();
    lib::format_to(out, "{} {}", x86::mnemonic(exception), x86::title(exception));
    if (x86::pushes_error_code(exception)) {
        append_error_code(out, frame);
    }
    lib::format_to(out, " at {:#018x}", frame.rip);
    if (exception == x86::ExceptionVector::page_fault) {
        append_access(out, {static_cast<std::uint32_t>(frame.error_code)}, cr2);
    }
}

void append_stack_overflow(lib::TextBuffer& out, const TrapFrame& frame, x86::VirtualAddress cr2) {
    const x86::ExceptionVector exception = frame.exception();
    const bool tells_address = exception == x86::ExceptionVector::page_fault ||
                               exception == x86::ExceptionVector::double_fault;
    // A pointer may come to a guard page, too, while the stack is somewhere else.
    const std::uint64_t away = cr2.raw > frame.rsp ? cr2.raw - frame.rsp : frame.rsp - cr2.raw;
    if (tells_address && guards_a_stack(cr2) && away < 2 * x86::page_size) {
        lib::format_to(out, ": the stack has run over, below {} nothing is mapped",
                       x86::align_down(cr2, x86::page_size) + x86::page_size);
    }
}

void print_registers(const TrapFrame& f, x86::VirtualAddress cr2) {
    console::print("  rip {:#018x}  cs {:#06x}  ss {:#06x}  rflags {:#010x}\n", f.rip, f.cs, f.ss,
                   f.rflags);
    console::print("  rax {:#018x}  rbx {:#018x}  rcx {:#018x}\n", f.rax, f.rbx, f.rcx);
    console::print("  rdx {:#018x}  rsi {:#018x}  rdi {:#018x}\n", f.rdx, f.rsi, f.rdi);
    console::print("  rbp {:#018x}  rsp {:#018x}  r8  {:#018x}\n", f.rbp, f.rsp, f.r8);
    console::print("  r9  {:#018x}  r10 {:#018x}  r11 {:#018x}\n", f.r9, f.r10, f.r11);
    console::print("  r12 {:#018x}  r13 {:#018x}  r14 {:#018x}\n", f.r12, f.r13, f.r14);
    console::print("  r15 {:#018x}  cr2 {:#018x}  cr3 {:#018x}\n", f.r15, cr2.raw,
                   instructions::read_cr3());
    print_flags("cr0", instructions::read_cr0(), x86::cr0_names);
    print_flags("cr4", instructions::read_cr4(), x86::cr4_names);
    print_flags("efer", instructions::read_efer(), x86::efer_names);
}

void print_callers(std::uint64_t frame_pointer) {
    constexpr std::uint64_t largest_stack = 8 * x86::page_size;
    constexpr unsigned most = 16;
    const x86::VirtualAddress first{frame_pointer};
    x86::VirtualAddress frame = first;
    for (unsigned depth = 0; depth < most && x86::is_aligned(frame, sizeof(std::uint64_t)) &&
                             x86::is_canonical(frame) && frame.raw != 0;
         ++depth) {
        const auto* words = x86::pointer_to<const std::uint64_t>(frame);
        const x86::VirtualAddress caller{words[0]};
        if (words[1] == 0) {
            return;
        }
        console::print("  called from {:#018x}\n", words[1]);
        if (caller <= frame || caller.raw - first.raw >= largest_stack) {
            return;
        }
        frame = caller;
    }
}

}  // namespace cpu
