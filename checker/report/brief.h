#pragma once

#include <string>
#include <vector>

#include "checker/grading/grade.h"

namespace report {

/// What happened to a lab in a line or two for each story that the engines tell: the cause first,
/// then where. Nothing for a lab that passed. Printable, not coloured, not wrapped.
std::vector<std::string> brief(const grading::LabGrade& grade);

/// "#PF at kernel/smp/per_cpu.cc:31 in smp::init_percpu": where a run came to grief, as much of it
/// as is known.
std::string where(const grading::Run& run);

/// The CPU that a run is about: whom the diagnosis names, else whom judgement is concerned with.
/// Null where there is none.
const evidence::Cpu* told_about(const grading::Run& run);

}  // namespace report
