// The descriptor tables in the page at 0x8000, the first thing that is wrong with them, and both in
// lines that a person can read.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checker/diagnosis/diagnosis.h"
#include "checker/diagnosis/scene.h"
#include "trampoline/tables.h"

namespace diagnosis {

/// As an AP found them in the page when it started. Nothing where the page could not be read, or
/// where it is not what lab 2 has put into the image; but in lab 2 itself the image was copied, and
/// whoever wrote there since was an AP that these tables led astray.
std::optional<trampoline::Tables> tables_found(const Scene& scene);

/// One of the two, with its pointer.
struct TableInPage {
    std::string_view name;  // "gdt32"
    std::uint32_t address;  // where the AP finds it
    std::array<x86::SegmentDescriptor, 3> entries;
    x86::TablePointer32 pointer;
    std::uint32_t pointer_address;
};
/// What its pointer's limit has to be: the number of its last byte.
inline constexpr unsigned full_limit = sizeof(TableInPage::entries) - 1;
TableInPage gdt32(const trampoline::Tables& tables);
TableInPage gdt64(const trampoline::Tables& tables);

struct TableFlaw {
    enum class Kind {
        pointer_missing,  // all zero, though the table is filled
        pointer_base,
        pointer_limit,
        null_missing,  // entry 0 is used
        null,          // an entry that is needed is all zero
        bytes_reversed,
        not_present,
        wrong_type,  // S, code or data, writable, direction
        privilege,   // DPL
        l_and_d,
        code_size,  // L and D of a code descriptor, in any other way
        not_flat,   // base or limit
    };

    Kind kind;
    TableInPage table;
    unsigned entry = 0;  // 1 code, 2 data; of a descriptor's flaw
};

/// The first flaw that the AP of the scene met: in the 32-bit table before letter p, in the 64-bit
/// one between p and R. Where no AP failed, the first in both. Nothing where both are right, and
/// nothing after R: then the tables have done their work. But lab 2 has only them to be wrong:
/// there it is the first in any that the AP has come by.
std::optional<TableFlaw> table_flaw(const Scene& scene);

/// "code, P = 1, DPL = 0, L = 0, D = 1, base 0x0, limit 0xffffffff"
std::string describe(x86::SegmentDescriptor descriptor);

/// What is wrong in the table, decoded field by field, and GDTR if `cpu` has registers.
std::vector<Exhibit> exhibits(const TableFlaw& flaw, const Cpu* cpu);

/// The pointer in memory beside what the CPU's GDTR holds.
Exhibit pointer_exhibit(const TableInPage& table, const Cpu* cpu);

/// The first bytes of the page at 0x8000, and those of the image that belongs there.
Exhibit page_exhibit(const evidence::TrampolinePage& both, std::uint32_t from);

}  // namespace diagnosis
