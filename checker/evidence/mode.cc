#include "checker/evidence/mode.h"

namespace evidence {

Mode mode_of(const Registers& registers) {
    const x86::ControlState& control = registers.control;
    if (!control.cr0.has(x86::cr0::pe)) {
        return Mode::real;
    }
    if (control.efer.has(x86::efer::lma)) {
        return registers.cs.long_mode ? Mode::long_mode : Mode::compatibility;
    }
    if (!registers.cs.size_32) {
        return Mode::protected_16;
    }
    if (!control.cr0.has(x86::cr0::pg)) {
        return Mode::protected_32;
    }
    return control.cr4.has(x86::cr4::pae) ? Mode::pae : Mode::paging_32;
}

std::string_view short_name(Mode mode) {
    switch (mode) {
        case Mode::real:
            return "real mode";
        case Mode::protected_16:
            return "16-bit";
        case Mode::protected_32:
            return "32-bit";
        case Mode::paging_32:
            return "32-bit, paging";
        case Mode::pae:
            return "32-bit, PAE";
        case Mode::compatibility:
            return "compatibility";
        case Mode::long_mode:
            return "64-bit";
    }
    return "?";
}

}  // namespace evidence
