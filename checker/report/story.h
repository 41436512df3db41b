// What there is to say of a lab, in plain words: what every report takes from here says the same.
// Nothing here is coloured or wrapped; printable() is still to be applied.
#pragma once

#include <string>
#include <vector>

#include "checker/grading/grade.h"

namespace report {

using grading::Grade;
using grading::LabGrade;
using grading::Run;
using judgement::Finding;
using judgement::Outcome;

/// Runs that tell the same story: outcome, cause, and place of the first exception. The
/// pointers point into the grade.
using Agreeing = std::vector<const Run*>;

/// "QEMU and Bochs": their engines.
std::string names(const Agreeing& runs);

/// The runs of a lab in groups that agree, the worst outcome first. A report says each story once.
std::vector<Agreeing> agreements(const LabGrade& grade);

/// What else is to say of runs that agree: an error code in which the engines differ, and one in
/// which an engine differs from what the lab documents for it.
std::vector<std::string> remarks(const lab::Lab& lab, const Agreeing& runs);

/// The CPU that a run is about: whom the diagnosis names, else whom judgement is concerned with.
/// Null where there is none.
const evidence::Cpu* told_about(const Run& run);

/// "#PF at kernel/smp/per_cpu.cc:31 in smp::init_percpu": where a run came to grief, as much of it
/// as is known.
std::string where(const Run& run);

/// What happened to a lab in a line or two for each story that the engines tell: the cause first,
/// then where. Nothing for a lab that passed.
std::vector<std::string> brief(const LabGrade& grade);

/// What became of the kernel with all labs in it, of which there are so many: one line that says
/// whether it comes up whole, and where it does not, what stopped it.
std::vector<std::string> whole(const grading::Together& together, std::size_t labs);

/// What explains a diagnosis: the handout's file, and its section where one is about it.
std::string where_to_read(const LabGrade& grade, const diagnosis::Diagnosis& found);

/// "Not submitted, so the starter's: match_bsp.cc"; empty where nothing was missing.
std::string not_submitted(const LabGrade& grade);

/// "7 of 20", or "not judged".
std::string points_of(const LabGrade& grade);

}  // namespace report
