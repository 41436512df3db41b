// The page at 0x8000, taken apart. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "checker/evidence/evidence.h"
#include "trampoline/mailbox.h"
#include "trampoline/tables.h"

namespace evidence {

/// Page and image, if the engine could read both to their ends; null otherwise.
const TrampolinePage* trampoline_page(const Evidence& evidence);

/// The descriptor tables in the page, and those in the image, which must be whole.
trampoline::Tables tables_in(const TrampolinePage& both);
trampoline::Tables tables_in_image(const TrampolinePage& both);
/// The mailbox in the page, which must be whole.
trampoline::Mailbox mailbox_in(const TrampolinePage& both);

/// The first address in the page's code at which it is not the image.
std::optional<std::uint32_t> code_differs(const TrampolinePage& both);
/// Likewise in its descriptor tables, but for what a CPU marks there.
std::optional<std::uint32_t> tables_differ(const TrampolinePage& both);

/// By the checksums that the kernel noted with a command: the page held the image's code and tables
/// when it went out. True too where the image could not be read.
bool was_copied(const Evidence& evidence, const observed::SentCommand& sent);
/// The first SIPI that the BSP sent an AP; null where none was, or nobody could tell.
const observed::SentCommand* first_sipi(const Evidence& evidence);

}  // namespace evidence
