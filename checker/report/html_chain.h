#pragma once

#include <cstdint>
#include <string>

#include "checker/evidence/evidence.h"
#include "checker/report/html_element.h"

namespace report {

/// The exceptions that ended a CPU as a row of boxes, the oldest first, the triple fault last.
/// Nothing where there is none.
void add_chain(Element& parent, const evidence::Cpu& cpu, evidence::End end);

/// An error code in words: "write, reserved bit in an entry"; "IDT gate 14 (#PF)". Empty where the
/// vector's code says nothing.
std::string error_in_words(unsigned vector, std::uint32_t error);

/// "smp::init_percpu", "kernel/smp/per_cpu.cc:31" and the instruction: rows of a list, as far as
/// they are known.
void add_place(Element& list, const evidence::Location& where);

/// A row of a list: what, and its value.
void add_item(Element& list, std::string_view name, std::string_view value,
              std::string_view kind = "");

}  // namespace report
