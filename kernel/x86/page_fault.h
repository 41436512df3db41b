// The error code of a page fault. [sdm3 4.7] [apm2 8.4.2]
#pragma once

#include <array>
#include <cstdint>

#include "x86/flags.h"

namespace x86 {

using PageFaultError = Flags<struct PageFaultErrorTag, std::uint32_t>;

namespace page_fault {
inline constexpr PageFaultError p = flag<PageFaultError>(0);     // every level was present
inline constexpr PageFaultError w = flag<PageFaultError>(1);     // the access was a write
inline constexpr PageFaultError u = flag<PageFaultError>(2);     // the access was made in ring 3
inline constexpr PageFaultError rsvd = flag<PageFaultError>(3);  // an entry has a reserved bit set
inline constexpr PageFaultError i = flag<PageFaultError>(4);     // a fetch; with NXE or SMEP only
inline constexpr PageFaultError pk = flag<PageFaultError>(5);    // a protection key forbids it
inline constexpr PageFaultError ss = flag<PageFaultError>(6);    // a shadow-stack access
inline constexpr PageFaultError sgx = flag<PageFaultError>(15);  // SGX's own access control
}  // namespace page_fault

inline constexpr auto page_fault_names = std::to_array<NamedFlag<PageFaultError>>({
    {page_fault::p, "P"},
    {page_fault::w, "W"},
    {page_fault::u, "U"},
    {page_fault::rsvd, "RSVD"},
    {page_fault::i, "I"},
    {page_fault::pk, "PK"},
    {page_fault::ss, "SS"},
    {page_fault::sgx, "SGX"},
});

// The two codes of the documented triple fault: QEMU reports 0x0a, Bochs and the manual 0x0b.
static_assert((page_fault::w | page_fault::rsvd).raw == 0x0a);
static_assert((page_fault::p | page_fault::w | page_fault::rsvd).raw == 0x0b);

}  // namespace x86
