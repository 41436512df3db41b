// The layout of the multiboot2 information, as far as the kernel reads it. [mb2 3.6]
#pragma once

#include <cstddef>
#include <cstdint>

namespace boot {

constexpr std::size_t tag_alignment = 8;

struct InformationHeader {
    std::uint32_t total_size;  // this header and the end tag included
    std::uint32_t reserved;
};

enum class TagType : std::uint32_t {
    end = 0,
    command_line = 1,
    module = 3,
    memory_map = 6,
    rsdp_v1 = 14,
    rsdp_v2 = 15,
};

struct TagHeader {
    TagType type;
    std::uint32_t size;  // this header included, the padding to the next tag not
};

/// Followed by the module's name.
struct ModuleTag {
    std::uint32_t start;
    std::uint32_t end;  // one past the last byte
};

/// Followed by one FirmwareRange an entry, whose size may grow in later versions, by multiples
/// of 8.
struct MemoryMapTag {
    std::uint32_t entry_size;
    std::uint32_t entry_version;
};

}  // namespace boot
