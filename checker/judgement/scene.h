// Questions that both judgement and diagnosis ask of the evidence.
#pragma once

#include "checker/evidence/evidence.h"

namespace judgement {

/// True if the CPU has left at least the first letter of its trace.
bool started(const evidence::Cpu& cpu);

/// True if it has left every letter.
bool finished_start(const evidence::Cpu& cpu);

/// True if it stands in the scheduler, where only a finished start leads, whatever letters it left.
bool at_work(const evidence::Cpu& cpu);

/// True if it has left this letter. A letter that stands twice in a trace counts from the first.
bool reached(const evidence::Cpu& cpu, char stage);

/// The first exception of its chain, which is the cause; the rest follows from it. An NMI is how
/// one CPU stops the others, no fault, and is left out. Null where there is none.
const evidence::Exception* oldest_exception(const evidence::Cpu& cpu);

/// The exception comes from INT3. QEMU tells of the #BP; Bochs only of the #GP that follows where
/// there is no handler for it, at the same instruction.
bool is_breakpoint(const evidence::Exception& exception);

/// The BSP, null where the engine told of no CPU.
const evidence::Cpu* bsp(const evidence::Evidence& evidence);

/// The kernel itself switched the machine off: that is where its BSP stands. A seam that does it
/// ends the machine too, but in QEMU the BSP then stands elsewhere, and Bochs, which is stopped at
/// the kernel's own power-off to be asked for registers, is gone with all of them.
bool came_to_its_end(const evidence::Evidence& evidence);

/// The CPU that the run is about: the one that died; else one that has an exception; else the first
/// AP that started without finishing; null where there is none of these.
const evidence::Cpu* concerned(const evidence::Evidence& evidence);

}  // namespace judgement
