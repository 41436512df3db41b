// The words of an account: what numbers of a log mean.
#pragma once

#include <string>
#include <string_view>

#include "checker/explain/autopsy.h"

namespace explain {

/// "#PF 0x000a  W RSVD: a write; an entry has a reserved bit set", "#GP 0x0018  selector 0x18,
/// entry 3 of the GDT", "#GP 0x0072  gate 14 of the IDT".
std::string describe(const Autopsy& autopsy, const evidence::Exception& exception);

/// "mov [rax], 1   main.c:31 in start", as much of it as is known; else the address.
std::string describe(const evidence::Location& location);

/// "64-bit (long mode), ring 0, interrupts off"
std::string describe_mode(const evidence::Registers& registers);

}  // namespace explain
