// What the rules of lab 3 ask about a CPU that was to start, and about the page it was to find.
#pragma once

#include <optional>

#include "checker/diagnosis/scene.h"
#include "trampoline/mailbox.h"

namespace diagnosis {

/// In long mode.
bool awake(const evidence::Cpu& cpu);
bool in_real_mode(const evidence::Cpu& cpu);
/// Where INIT puts a CPU that then waits for its SIPI. [sdm3 10.1.1]
bool at_the_reset_vector(const evidence::Cpu& cpu);
/// There, or halted where the firmware has left it: no SIPI has started it.
bool still_waits(const evidence::Cpu& cpu);

/// The first AP without a letter, where no CPU failed otherwise; null if there is none.
const evidence::Cpu* silent_ap(const Scene& scene);

/// Null where the engine could not read it.
const evidence::TrampolinePage* trampoline_page(const Scene& scene);
/// The first place in the page's code that is not the image's.
std::optional<std::uint32_t> code_differs(const evidence::TrampolinePage& both);
/// The first place in its descriptor tables, but for what a CPU marks there.
std::optional<std::uint32_t> tables_differ(const evidence::TrampolinePage& both);
/// The mailbox in the page.
trampoline::Mailbox mailbox_in(const evidence::TrampolinePage& both);

/// The CPU whose record another one, `cpu`, has its GS base at; null if it has its own or none.
const evidence::Cpu* owner_of_its_record(const Scene& scene, const evidence::Cpu& cpu);

}  // namespace diagnosis
