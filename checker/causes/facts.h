// Questions that the rules ask.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "checker/causes/autopsy.h"
#include "x86/exception.h"

namespace causes {

/// The oldest exception is `vector`.
bool raised(const Autopsy& autopsy, x86::ExceptionVector vector);
/// It is a #PF with all of these bits.
bool page_fault_with(const Autopsy& autopsy, x86::PageFaultError bits);
/// Its instruction is known and has this in it.
bool at_instruction(const Autopsy& autopsy, std::string_view part);
/// It is a #PF of an instruction's own fetch.
bool fetch_fault(const Autopsy& autopsy);
/// The address of a #PF is where a PUSH or CALL writes next, or right beside.
bool beside_stack(std::uint64_t address, const evidence::Registers& registers);
/// In the table that the register describes.
bool within(std::uint64_t address, const evidence::TableRegister& table);
/// Its instruction, or that where the CPU stood where nothing is known of an exception.
const evidence::Location& place_of(const Autopsy& autopsy);
/// A general register that holds what CR3 does: "RAX", "EAX"; empty where none does, or CR3 is 0.
std::string holds_cr3(const evidence::Registers& registers);
/// An exception of ring 3, or on the way out of it. The registers are known.
bool in_ring_3(const Autopsy& autopsy);
/// The error code of a #TS, #NP, #SS or #GP.
x86::SelectorErrorCode selector_error(const evidence::Exception& exception);
/// It is one of those, about a gate of the IDT.
bool about_gate(const evidence::Exception& exception);
/// The vector of that gate. QEMU before 8.0 counts in gates of 16 bytes in long mode.
unsigned gate_of(const Autopsy& autopsy, const evidence::Exception& exception);

}  // namespace causes
