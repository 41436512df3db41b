// What everybody asks of the evidence. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "checker/evidence/evidence.h"
#include "trampoline/mailbox.h"
#include "trampoline/tables.h"

namespace evidence {

/// Of an AP's first stack, which is a page.
inline constexpr std::uint64_t stack_for_cpp = x86::page_size / 2;

/// True in the page at 0x8000.
bool in_trampoline(std::uint64_t address);

/// "QEMU", for people.
std::string_view name(Engine engine);

/// "qemu", on the command line and in data.
std::string_view id(Engine engine);
std::string_view id(Way way);

/// In its ROM. What it has elsewhere is memory.
bool in_firmware(const Cpu& cpu);

/// True if the CPU has left a letter, or was seen where only an AP comes that has started: no
/// firmware leaves one in protected mode but in its own code.
bool started(const Cpu& cpu);

/// Somebody wrote IDs into LAPICs, beside the second machine's firmware, which gives each AP one.
bool lapics_were_told(const Evidence& evidence);

/// What CR4 and EFER have beside the bits that an AP's start sets: what nobody asked for, or a
/// virtual machine's CPU has. Also bits without a name here, as EFER's bit 12, SVME.
x86::ControlState beyond_a_start(const x86::ControlState& control);

/// True if it has left every letter.
bool finished_start(const Cpu& cpu);

/// True if it stands in the scheduler, where only a finished start leads, whatever letters it left.
bool at_work(const Cpu& cpu);

/// It stands in what `function` has called, as far as its stack tells.
bool is_below(const Cpu& cpu, std::string_view function);

/// True if it has left this letter. A letter that stands twice in a trace counts from the first.
bool reached(const Cpu& cpu, char stage);

/// Its exceptions from the first on, which is the cause; the rest follows from it. An NMI is how
/// one CPU stops the others, no fault, and is none to begin with.
std::span<const Exception> chain_of(const Cpu& cpu);
/// That first one. Null where there is none.
const Exception* oldest_exception(const Cpu& cpu);

/// The exception comes from INT3. QEMU tells of the #BP; Bochs only of the #GP that follows where
/// there is no handler for it, at the same instruction.
bool is_breakpoint(const Exception& exception);

/// The BSP, null where the engine told of no CPU.
const Cpu* bsp(const Evidence& evidence);
/// Its registers; null where the engine gave none.
const Registers* bsp_registers(const Evidence& evidence);

/// The kernel itself switched the machine off: that is where its BSP stands. A seam that does it
/// ends the machine too, but in QEMU the BSP then stands elsewhere, and Bochs, which is stopped at
/// the kernel's own power-off to be asked for registers, is gone with all of them.
bool came_to_its_end(const Evidence& evidence);

/// And has given up no AP before, so that it has unmapped the labs' code. One that is at work was
/// not given up, whatever the kernel's memory says.
bool labs_are_done(const Evidence& evidence);

/// The CPU that the run is about: the one that died; else one that has an exception; else the first
/// AP that started without finishing; null where there is none of these.
const Cpu* concerned(const Evidence& evidence);

/// One of the general registers but RSP has this value.
bool any_register_is(const Registers& registers, std::uint64_t value);

/// A present entry of the upper half of the BSP's PML4, or of an AP's as it came to C++, that the
/// kernel has not put there.
std::optional<unsigned> strange_root_entry(const Evidence& evidence);

/// The page that maps `address`; null if none does.
const memory::MappedPage* page_at(const LowMap& map, std::uint64_t address);

/// The mode that a CPU is in. [sdm3 2.2]
enum class Mode {
    real,
    protected_16,   // 16-bit code in protected mode
    protected_32,   // without paging
    paging_32,      // 32-bit code under the two-level tables of CR4.PAE = 0
    pae,            // 32-bit code under those of CR4.PAE = 1, outside long mode
    compatibility,  // 16- or 32-bit code in long mode
    long_mode,      // 64-bit code
};

/// By CR0.PE, CR0.PG, CR4.PAE, EFER.LMA and what CS holds: never by where the code stands.
Mode mode_of(const Registers& registers);

/// Page and image, if the engine could read both to their ends; null otherwise.
const TrampolinePage* trampoline_page(const Evidence& evidence);

/// Whether the engine looks at APs also as they start, and as they leave the labs' code. Bochs
/// does: it stops between two instructions. Until QEMU has stopped, a BSP that is at work goes on.
bool sees_whole_way(const Evidence& evidence);
/// The page as it was when this AP was seen first, with the image, without its lines; nothing where
/// it was not seen.
std::optional<TrampolinePage> found_page(const Evidence& evidence, const Cpu& cpu);

/// The descriptor tables in the page, and those in the image, which must be whole.
trampoline::Tables tables_in(const TrampolinePage& both);
trampoline::Tables tables_in_image(const TrampolinePage& both);
/// The mailbox in the page, which must be whole.
trampoline::Mailbox mailbox_in(const TrampolinePage& both);

/// The first address in the page's code at which it is not the image.
std::optional<std::uint32_t> code_differs(const TrampolinePage& both);
/// Likewise in its descriptor tables, but for what a CPU marks there.
std::optional<std::uint32_t> tables_differ(const TrampolinePage& both);

/// The mailbox holds something else than the message for the AP that was started last; nothing
/// where nobody can tell. The trace does not count: the AP writes it.
std::optional<bool> message_differs(const Evidence& evidence);
/// By the checksum that the kernel noted with the SIPI for that AP, the message was there in time.
bool message_was_there(const Evidence& evidence);

/// What the kernel would note of such a page, of at least 4 KiB.
trampoline::PageLook look_at(const std::vector<std::byte>& page);
/// By the checksums that the kernel noted with a command: the page held the image's code and tables
/// when it went out. True too where the image could not be read.
bool was_copied(const Evidence& evidence, const observed::SentCommand& sent);
/// The first SIPI that the BSP sent each AP, by time; empty where none was, or nobody could tell.
std::vector<const observed::SentCommand*> first_sipis(const Evidence& evidence);
/// was_copied() when the first of them went out; false where none did.
bool page_was_there(const Evidence& evidence);

}  // namespace evidence
