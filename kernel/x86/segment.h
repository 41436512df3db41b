// Segment and TSS descriptors, selectors, and the operands of LGDT and LIDT. [sdm3 3.4] [apm2 4.8]
#pragma once

#include <cstddef>
#include <cstdint>

#include "x86/address.h"
#include "x86/flags.h"

namespace x86 {

/// What a segment register holds: an index into a table, and a privilege level. [sdm3 3.4.2]
struct Selector {
    std::uint16_t raw = 0;

    /// Entry `index` of the GDT, 0..8191, with requested privilege `rpl`, 0..3.
    static constexpr Selector gdt(unsigned index, unsigned rpl = 0) {
        expect(index < 8192 && rpl < 4);
        return {static_cast<std::uint16_t>(index << 3 | rpl)};
    }

    constexpr unsigned index() const { return raw >> 3; }
    constexpr bool local() const { return (raw & 4) != 0; }  // TI: the LDT
    constexpr unsigned rpl() const { return raw & 3; }

    constexpr bool operator==(const Selector&) const = default;
};

/// A code or data segment. [sdm3 3.4.5] In 64-bit mode base and limit are ignored.
struct SegmentDescriptor {
    std::uint64_t raw = 0;

    /// Ring 0, base 0, limit 4 GiB. The accessed bit is set from the start: a processor that finds
    /// it clear writes it, and the table may be in read-only memory.
    static constexpr SegmentDescriptor code32() { return flat(code, d_bit); }
    static constexpr SegmentDescriptor data32() { return flat(data, d_bit); }
    static constexpr SegmentDescriptor code64() { return flat(code, l_bit); }
    static constexpr SegmentDescriptor data64() { return flat(data, d_bit); }
    /// The same two with base and limit 0, which 64-bit mode ignores. Outside of it any jump into
    /// such a code segment goes past its limit: #GP(0), a clear end for a CPU that has missed long
    /// mode, where code64() would have it run 64-bit code as 16-bit code.
    static constexpr SegmentDescriptor code64_only() {
        return {l_bit | p_bit | s_bit | code | rw | accessed};
    }
    static constexpr SegmentDescriptor data64_only() {
        return {p_bit | s_bit | data | rw | accessed};
    }

    constexpr std::uint32_t base() const {
        return static_cast<std::uint32_t>(field(16, 24) | field(56, 8) << 24);
    }
    /// The last valid offset, in bytes: granularity is accounted for.
    constexpr std::uint32_t limit() const {
        const std::uint64_t units = field(0, 16) | field(48, 4) << 16;
        return static_cast<std::uint32_t>(g() ? units << 12 | 0xfff : units);
    }
    constexpr unsigned type() const { return static_cast<unsigned>(field(40, 4)); }
    constexpr bool s() const { return field(44, 1) != 0; }  // code or data, not a system segment
    constexpr unsigned dpl() const { return static_cast<unsigned>(field(45, 2)); }
    constexpr bool p() const { return field(47, 1) != 0; }  // present
    constexpr bool l() const { return field(53, 1) != 0; }  // 64-bit code
    constexpr bool d() const { return field(54, 1) != 0; }  // D/B: 32-bit
    constexpr bool g() const { return field(55, 1) != 0; }  // the limit counts 4 KiB units

    constexpr bool is_code() const { return s() && (type() & 8) != 0; }
    constexpr bool is_data() const { return s() && (type() & 8) == 0; }
    /// Bit 1 of the type: a readable code segment, a writable data segment.
    constexpr bool read_write() const { return s() && (type() & 2) != 0; }

    constexpr bool operator==(const SegmentDescriptor&) const = default;

  private:
    static constexpr std::uint64_t accessed = bit(40);
    static constexpr std::uint64_t rw = bit(41);
    static constexpr std::uint64_t data = 0;
    static constexpr std::uint64_t code = bit(43);
    static constexpr std::uint64_t s_bit = bit(44);
    static constexpr std::uint64_t p_bit = bit(47);
    static constexpr std::uint64_t l_bit = bit(53);
    static constexpr std::uint64_t d_bit = bit(54);
    static constexpr std::uint64_t g_bit = bit(55);
    static constexpr std::uint64_t full_limit = 0x000f00000000ffff;

    static constexpr SegmentDescriptor flat(std::uint64_t kind, std::uint64_t width) {
        return {full_limit | g_bit | width | p_bit | s_bit | kind | rw | accessed};
    }
    constexpr std::uint64_t field(unsigned first, unsigned width) const {
        return raw >> first & (bit(width) - 1);
    }
};

/// A 64-bit TSS: it takes two places of the GDT. [sdm3 8.2.3]
struct TssDescriptor {
    std::uint64_t low = 0;
    std::uint64_t high = 0;

    /// An available TSS of `size` bytes, at most 64 KiB; LTR makes it busy.
    static constexpr TssDescriptor available(VirtualAddress tss, std::size_t size) {
        expect(size != 0 && size <= 0x10000);
        constexpr std::uint64_t available_64_bit_tss = 9;
        return {(size - 1) | (tss.raw & 0xffffff) << 16 | available_64_bit_tss << 40 | bit(47) |
                    (tss.raw >> 24 & 0xff) << 56,
                tss.raw >> 32};
    }

    constexpr VirtualAddress base() const {
        return VirtualAddress{high << 32 | SegmentDescriptor{low}.base()};
    }
    constexpr std::uint32_t limit() const { return SegmentDescriptor{low}.limit(); }
    constexpr bool busy() const { return SegmentDescriptor{low}.type() == 11; }

    constexpr bool operator==(const TssDescriptor&) const = default;
};

/// What LGDT and LIDT read outside 64-bit mode. `limit` is the table's last byte: its size less
/// one.
struct [[gnu::packed]] TablePointer32 {
    std::uint16_t limit = 0;
    std::uint32_t base = 0;
};

/// What LGDT and LIDT read in 64-bit mode.
struct [[gnu::packed]] TablePointer64 {
    std::uint16_t limit = 0;
    std::uint64_t base = 0;
};

static_assert(sizeof(SegmentDescriptor) == 8 && sizeof(TssDescriptor) == 16);
static_assert(sizeof(Selector) == 2 && sizeof(TablePointer32) == 6 && sizeof(TablePointer64) == 10);

// Linux's __KERNEL_CS, __KERNEL32_CS and __KERNEL_DS, as its GDT holds them.
static_assert(SegmentDescriptor::code64().raw == 0x00AF9B000000FFFF);
static_assert(SegmentDescriptor::code32().raw == 0x00CF9B000000FFFF);
static_assert(SegmentDescriptor::data32().raw == 0x00CF93000000FFFF);
static_assert(SegmentDescriptor::data64().raw == 0x00CF93000000FFFF);
// The descriptors of the kernel of lab 5's story, which have the accessed bit still clear.
static_assert(SegmentDescriptor::code64_only().raw == (0x00209A0000000000 | bit(40)));
static_assert(SegmentDescriptor::data64_only().raw == (0x0000920000000000 | bit(40)));
// A Linux TSS as QEMU shows it before LTR: base, limit 0x4087 and flags 0x00008900.
static_assert(TssDescriptor::available(VirtualAddress{0xfffffe0000003000}, 0x4088) ==
              TssDescriptor{0x0000890030004087, 0x00000000fffffe00});

}  // namespace x86
