// What lab.toml can ask of a run. Each check decides by the state that the run left; letters and
// text alone prove nothing. All are pure.
#pragma once

#include <string_view>

#include "checker/evidence/evidence.h"
#include "checker/judgement/finding.h"
#include "checker/lab/lab.h"

namespace judgement {

using Check = Finding (*)(const lab::Fact&, const Evidence&);

/// The check that lab.toml names; null if there is none of that name.
Check check_named(std::string_view name);

// The names in lab.toml are these with hyphens.

/// Every AP that was watched was led back to the trampoline by its page tables: 0x8000 is mapped to
/// itself, and executable.
Finding low_map_leads_back(const lab::Fact& fact, const Evidence& evidence);
/// Its lower half held one page and nothing else: 0..0x1fffff, mapped to itself by one 2 MiB page,
/// writable and executable, out of ring 3's reach.
Finding low_map_is_one_page(const lab::Fact& fact, const Evidence& evidence);
/// At the kernel's end nothing is mapped in the lower half any more.
Finding low_map_gone(const lab::Fact& fact, const Evidence& evidence);

/// In the page at 0x8000, `descriptor` is what its name says: "gdt32.code", "gdt32.data",
/// "gdt64.code" or "gdt64.data".
Finding descriptor_right(const lab::Fact& fact, const Evidence& evidence);
/// The pointers in that page describe the tables in that page, to the byte.
Finding table_pointers_right(const lab::Fact& fact, const Evidence& evidence);

/// The page at 0x8000 holds the kernel's image: code and tables.
Finding page_is_image(const lab::Fact& fact, const Evidence& evidence);
/// The mailbox holds the message for the AP that was started last.
Finding mailbox_right(const lab::Fact& fact, const Evidence& evidence);
/// For every AP that the kernel came to, the BSP sent INIT and 10 ms later a SIPI for 0x8000, to
/// that AP alone, each formed as the manual demands. [sdm3 9.4.4.1, 11.6.1]
Finding commands_right(const lab::Fact& fact, const Evidence& evidence);
/// Every AP left the letters up to `stage`, and has CR0.PE set.
Finding protected_mode_reached(const lab::Fact& fact, const Evidence& evidence);

/// `flag` is set on the BSP and on every AP that started.
Finding flag_equals_bsp(const lab::Fact& fact, const Evidence& evidence);
/// Every AP that was watched had `flag` as the BSP has it when it entered C++, and on the second
/// machine nothing beyond what long mode needs.
Finding flag_set_at_entry(const lab::Fact& fact, const Evidence& evidence);
/// Every AP, as it enters C++ and at the end, has NXE and WP as the BSP has them, and beside what
/// long mode needs nothing else.
Finding only_inherited(const lab::Fact& fact, const Evidence& evidence);
/// Every AP that started has the BSP's CR3.
Finding cr3_equals_bsp(const lab::Fact& fact, const Evidence& evidence);
/// Every AP that started came to a 64-bit code segment.
Finding code_is_64_bit(const lab::Fact& fact, const Evidence& evidence);
/// Every AP that was watched entered C++ on the stack that the mailbox had for it, 16-byte aligned
/// at the call, the mailbox in RDI.
Finding entered_on_own_stack(const lab::Fact& fact, const Evidence& evidence);

/// No two CPUs have the same GS base, and each AP's leads to its own record.
Finding gs_leads_to_own_record(const lab::Fact& fact, const Evidence& evidence);
/// Each AP's record has its own number and address, what the kernel had for it, and is complete.
Finding record_is_complete(const lab::Fact& fact, const Evidence& evidence);
/// Each AP's record has the LAPIC id that the MADT lists for it, and its LAPIC was asked for that,
/// as far as the engine can tell.
Finding lapic_id_equals_madt(const lab::Fact& fact, const Evidence& evidence);

/// The kernel came to its end, and every AP left a complete trace and stands in 64-bit code, on the
/// BSP's page tables, with its own GS base.
Finding every_ap_up(const lab::Fact& fact, const Evidence& evidence);

}  // namespace judgement
