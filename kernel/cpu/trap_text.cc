#include "cpu/trap_text.h"

#include "cpu/flag_names.h"
#include "lib/format.h"
#include "x86/exception.h"
#include "x86/page_fault.h"

namespace cpu {

namespace {

template <class F, std::size_t count>
void append_flags(lib::TextBuffer& out, F value,
                  const std::array<x86::NamedFlag<F>, count>& names) {
    lib::format_to(out, "{:#x} (", value.raw);
    append_names(out, value, names);
    out.append(')');
}

void append_selector_error(lib::TextBuffer& out, x86::SelectorErrorCode code) {
    if (code.raw == 0) {
        out.append(" (no descriptor is to blame)");
        return;
    }
    if (code.idt()) {
        const auto vector = static_cast<x86::ExceptionVector>(code.index());
        lib::format_to(out, " (IDT gate {}, {}", code.index(), x86::mnemonic(vector));
    } else {
        lib::format_to(out, " ({} entry {}", code.ti() ? "LDT" : "GDT", code.index());
    }
    out.append(code.ext() ? ", while delivering another event)" : ")");
}

void append_page_fault(lib::TextBuffer& out, x86::PageFaultError error, x86::VirtualAddress cr2) {
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

}  // namespace

void append_error_code(lib::TextBuffer& out, const TrapFrame& frame) {
    if (!x86::pushes_error_code(frame.exception())) {
        return;
    }
    const auto code = static_cast<std::uint32_t>(frame.error_code);
    lib::format_to(out, "{:#06x}", code);
    if (frame.exception() == x86::ExceptionVector::page_fault) {
        out.append(" (");
        append_names(out, x86::PageFaultError{code}, x86::page_fault_names);
        out.append(')');
    } else if (x86::names_selector(frame.exception())) {
        append_selector_error(out, {code});
    }
}

void append_cause(lib::TextBuffer& out, const Trap& trap, const SymbolTable& symbols) {
    const TrapFrame& frame = trap.frame;
    if (!frame.is_exception()) {
        lib::format_to(out, "interrupt {:#x} that nobody handles", frame.vector);
        return;
    }
    lib::format_to(out, "{} {}", x86::mnemonic(frame.exception()), x86::title(frame.exception()));
    if (x86::pushes_error_code(frame.exception())) {
        out.append(" ");
        append_error_code(out, frame);
    }
    out.append(" at ");
    append_location(out, frame.instruction(), symbols);
    if (frame.exception() == x86::ExceptionVector::page_fault) {
        const auto code = static_cast<std::uint32_t>(frame.error_code);
        append_page_fault(out, x86::PageFaultError{code}, trap.cr2);
    }
}

void append_register(lib::TextBuffer& out, x86::Cr0 value) {
    append_flags(out, value, x86::cr0_names);
}

void append_register(lib::TextBuffer& out, x86::Cr4 value) {
    append_flags(out, value, x86::cr4_names);
}

void append_register(lib::TextBuffer& out, x86::Efer value) {
    append_flags(out, value, x86::efer_names);
}

}  // namespace cpu
