// CR0, CR4 and EFER: what a CPU has switched on. [sdm3 2.2.1] [sdm3 2.5] [apm2 3.1]
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "x86/flags.h"

namespace x86 {

using Cr0 = Flags<struct Cr0Tag>;
using Cr4 = Flags<struct Cr4Tag>;
using Efer = Flags<struct EferTag>;

/// [sdm3 2.5 "CR0"]
namespace cr0 {
inline constexpr Cr0 pe = flag<Cr0>(0);   // protection enable: protected mode
inline constexpr Cr0 mp = flag<Cr0>(1);   // monitor coprocessor: WAIT obeys TS
inline constexpr Cr0 em = flag<Cr0>(2);   // emulation: x87 instructions raise #NM
inline constexpr Cr0 ts = flag<Cr0>(3);   // task switched: the next x87 or SSE use raises #NM
inline constexpr Cr0 et = flag<Cr0>(4);   // extension type: always 1
inline constexpr Cr0 ne = flag<Cr0>(5);   // numeric error: x87 errors raise #MF
inline constexpr Cr0 wp = flag<Cr0>(16);  // write protect: read-only pages bind ring 0 as well
inline constexpr Cr0 am = flag<Cr0>(18);  // alignment mask: RFLAGS.AC counts
inline constexpr Cr0 nw = flag<Cr0>(29);  // not write-through
inline constexpr Cr0 cd = flag<Cr0>(30);  // cache disable
inline constexpr Cr0 pg = flag<Cr0>(31);  // paging
}  // namespace cr0

/// [sdm3 2.5 "CR4"]
namespace cr4 {
inline constexpr Cr4 vme = flag<Cr4>(0);          // virtual-8086 mode extensions
inline constexpr Cr4 pvi = flag<Cr4>(1);          // protected-mode virtual interrupts
inline constexpr Cr4 tsd = flag<Cr4>(2);          // time stamp disable outside ring 0
inline constexpr Cr4 de = flag<Cr4>(3);           // debugging extensions
inline constexpr Cr4 pse = flag<Cr4>(4);          // page size extensions, 32-bit paging only
inline constexpr Cr4 pae = flag<Cr4>(5);          // physical address extension: 8-byte entries
inline constexpr Cr4 mce = flag<Cr4>(6);          // machine-check enable
inline constexpr Cr4 pge = flag<Cr4>(7);          // page global enable
inline constexpr Cr4 pce = flag<Cr4>(8);          // RDPMC outside ring 0
inline constexpr Cr4 osfxsr = flag<Cr4>(9);       // the system saves SSE state: SSE allowed
inline constexpr Cr4 osxmmexcpt = flag<Cr4>(10);  // the system handles #XM
inline constexpr Cr4 umip = flag<Cr4>(11);        // SGDT and its like only in ring 0
inline constexpr Cr4 la57 = flag<Cr4>(12);        // 57-bit linear addresses: five levels
inline constexpr Cr4 vmxe = flag<Cr4>(13);        // virtual machine extensions
inline constexpr Cr4 smxe = flag<Cr4>(14);        // safer mode extensions
inline constexpr Cr4 fsgsbase = flag<Cr4>(16);    // RDGSBASE and its like
inline constexpr Cr4 pcide = flag<Cr4>(17);       // process-context identifiers in CR3
inline constexpr Cr4 osxsave = flag<Cr4>(18);     // the system uses XSAVE
inline constexpr Cr4 smep = flag<Cr4>(20);        // ring 0 must not execute user pages
inline constexpr Cr4 smap = flag<Cr4>(21);        // ring 0 must not touch user pages
inline constexpr Cr4 pke = flag<Cr4>(22);         // protection keys, user pages
}  // namespace cr4

/// [sdm3 2.2.1] Bit 10 is the processor's answer to LME and PG; software only reads it.
namespace efer {
inline constexpr Efer sce = flag<Efer>(0);   // SYSCALL enable
inline constexpr Efer lme = flag<Efer>(8);   // long mode enable, effective with CR0.PG
inline constexpr Efer lma = flag<Efer>(10);  // long mode active
inline constexpr Efer nxe = flag<Efer>(11);  // no-execute enable: else bit 63 is reserved
}  // namespace efer

inline constexpr auto cr0_names = std::to_array<NamedFlag<Cr0>>({
    {cr0::pe, "PE"},
    {cr0::mp, "MP"},
    {cr0::em, "EM"},
    {cr0::ts, "TS"},
    {cr0::et, "ET"},
    {cr0::ne, "NE"},
    {cr0::wp, "WP"},
    {cr0::am, "AM"},
    {cr0::nw, "NW"},
    {cr0::cd, "CD"},
    {cr0::pg, "PG"},
});

inline constexpr auto cr4_names = std::to_array<NamedFlag<Cr4>>({
    {cr4::vme, "VME"},
    {cr4::pvi, "PVI"},
    {cr4::tsd, "TSD"},
    {cr4::de, "DE"},
    {cr4::pse, "PSE"},
    {cr4::pae, "PAE"},
    {cr4::mce, "MCE"},
    {cr4::pge, "PGE"},
    {cr4::pce, "PCE"},
    {cr4::osfxsr, "OSFXSR"},
    {cr4::osxmmexcpt, "OSXMMEXCPT"},
    {cr4::umip, "UMIP"},
    {cr4::la57, "LA57"},
    {cr4::vmxe, "VMXE"},
    {cr4::smxe, "SMXE"},
    {cr4::fsgsbase, "FSGSBASE"},
    {cr4::pcide, "PCIDE"},
    {cr4::osxsave, "OSXSAVE"},
    {cr4::smep, "SMEP"},
    {cr4::smap, "SMAP"},
    {cr4::pke, "PKE"},
});

inline constexpr auto efer_names = std::to_array<NamedFlag<Efer>>({
    {efer::sce, "SCE"},
    {efer::lme, "LME"},
    {efer::lma, "LMA"},
    {efer::nxe, "NXE"},
});

/// What decides how a CPU translates and protects. An AP takes CR3, NXE and WP of the BSP's.
/// The trampoline's mailbox carries one, so its shape is fixed.
struct ControlState {
    Cr0 cr0{};
    std::uint64_t cr3 = 0;
    Cr4 cr4{};
    Efer efer{};

    constexpr bool operator==(const ControlState&) const = default;
};

// Linux's CR0_STATE, and its CR4 and EFER as dumps of QEMU machines show them.
static_assert((cr0::pe | cr0::mp | cr0::et | cr0::ne | cr0::wp | cr0::am | cr0::pg).raw ==
              0x80050033);
static_assert((cr4::pse | cr4::pae | cr4::pge | cr4::osfxsr | cr4::osxmmexcpt).raw == 0x6b0);
static_assert((efer::sce | efer::lme | efer::lma | efer::nxe).raw == 0xd01);
// The repair of lab 5's fault, in the report of it: `or eax, 0x900` before WRMSR.
static_assert((efer::lme | efer::nxe).raw == 0x900);

static_assert(std::is_standard_layout_v<ControlState> && sizeof(ControlState) == 32);
static_assert(offsetof(ControlState, cr0) == 0 && offsetof(ControlState, cr3) == 8);
static_assert(offsetof(ControlState, cr4) == 16 && offsetof(ControlState, efer) == 24);

/// RFLAGS, as far as this kernel asks. [sdm1 3.4.3] [sdm3 2.3]
using Rflags = Flags<struct RflagsTag>;

namespace rflags {
inline constexpr Rflags tf = flag<Rflags>(8);   // trap: a #DB after each instruction
inline constexpr Rflags if_ = flag<Rflags>(9);  // interrupt enable (`if` is a word of the language)
inline constexpr Rflags df = flag<Rflags>(10);  // string instructions go down
inline constexpr Rflags id = flag<Rflags>(21);  // CPUID exists if this can be changed
}  // namespace rflags

}  // namespace x86
