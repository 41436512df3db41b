#pragma once

#include <string_view>

#include "tests/unit/kernel/boot/byte_builder.h"

namespace test {

/// A table with this signature and content and a checksum that is right.
inline Bytes acpi_table(std::string_view signature, const Bytes& content) {
    Bytes table = ByteBuilder()
                      .text(signature)
                      .u32(static_cast<std::uint32_t>(36 + content.size()))
                      .zeros(28)
                      .append(content)
                      .bytes();
    fix_checksum(table, 9, table.size());
    return table;
}

/// An RSDP of revision 0 (20 bytes).
inline Bytes rsdp_v1(std::uint32_t rsdt) {
    Bytes rsdp = ByteBuilder().text("RSD PTR ").u8(0).text("OEMID ").u8(0).u32(rsdt).bytes();
    fix_checksum(rsdp, 8, 20);
    return rsdp;
}

/// An RSDP of revision 2 (36 bytes).
inline Bytes rsdp_v2(std::uint32_t rsdt, std::uint64_t xsdt) {
    Bytes rsdp = ByteBuilder()
                     .text("RSD PTR ")
                     .u8(0)
                     .text("OEMID ")
                     .u8(2)
                     .u32(rsdt)
                     .u32(36)
                     .u64(xsdt)
                     .zeros(4)
                     .bytes();
    fix_checksum(rsdp, 8, 20);
    fix_checksum(rsdp, 32, 36);
    return rsdp;
}

/// The checksum of a table whose bytes have been changed, made right again.
inline void repair(Bytes& table) {
    fix_checksum(table, 9, table.size());
}

}  // namespace test
