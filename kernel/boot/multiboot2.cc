#include "boot/multiboot2.h"

#include <algorithm>
#include <span>

#include "lib/panic.h"
#include "lib/physical_memory.h"

namespace boot {
namespace {

using lib::read_as;

// The layout of the information, as far as the kernel reads it. [mb2 3.6]

constexpr std::size_t tag_alignment = 8;

struct InformationHeader {
    std::uint32_t total_size;  // this header and the end tag included
    std::uint32_t reserved;
};

enum class TagType : std::uint32_t {
    end = 0,
    command_line = 1,
    memory_map = 6,
    rsdp_v1 = 14,
    rsdp_v2 = 15,
};

struct TagHeader {
    TagType type;
    std::uint32_t size;  // this header included, the padding to the next tag not
};

/// Followed by one FirmwareRange an entry, whose size may grow in later versions, by multiples
/// of 8.
struct MemoryMapTag {
    std::uint32_t entry_size;
    std::uint32_t entry_version;
};

/// Far beyond what loaders write; it bounds the work that a corrupted size can cause.
constexpr std::uint32_t max_total_size = 1024 * 1024;

struct Tag {
    TagType type;
    std::span<const std::byte> content;  // without the header
};

[[noreturn]] void too_short(std::string_view title, const Tag& tag) {
    lib::panic("multiboot2: the {} tag is cut short, at {} bytes", title,
               sizeof(TagHeader) + tag.content.size());
}

void read_command_line(const Tag& tag, BootInfo& boot_info) {
    const auto* characters = reinterpret_cast<const char*>(tag.content.data());
    const std::string_view text(characters, tag.content.size());
    boot_info.command_line.clear();
    for (const char character : text.substr(0, text.find('\0'))) {
        if (!boot_info.command_line.try_push_back(character)) {
            return;
        }
    }
}

void read_memory_map(const Tag& tag, FirmwareMap& map) {
    const auto header = read_as<MemoryMapTag>(tag.content);
    if (!header) {
        too_short("memory map", tag);
    }
    if (header->entry_size < sizeof(FirmwareRange) || header->entry_size % 8 != 0) {
        lib::panic("multiboot2: the memory map's entries are {} bytes long", header->entry_size);
    }
    auto entries = tag.content.subspan(sizeof(MemoryMapTag));
    for (; !entries.empty(); entries = entries.subspan(header->entry_size)) {
        const auto entry = read_as<FirmwareRange>(entries);
        if (!entry || entries.size() < header->entry_size) {
            too_short("memory map", tag);
        }
        if (!map.try_push_back(entry->range())) {
            lib::panic("multiboot2: the memory map has more than {} ranges", map.capacity());
        }
    }
}

/// The RSDP of ACPI 2.0, which leads to the XSDT, is preferred to the one of ACPI 1.0.
void read_rsdp(const Tag& tag, BootInfo& boot_info) {
    const std::size_t size = std::min(tag.content.size(), rsdp_size);
    if (size <= boot_info.rsdp_copy.size()) {
        return;
    }
    boot_info.rsdp_copy.clear();
    for (const std::byte byte : tag.content.first(size)) {
        boot_info.rsdp_copy.push_back(byte);
    }
}

void read_tag(const Tag& tag, BootInfo& boot_info, FirmwareMap& map) {
    switch (tag.type) {
        case TagType::command_line:
            return read_command_line(tag, boot_info);
        case TagType::memory_map:
            return read_memory_map(tag, map);
        case TagType::rsdp_v1:
        case TagType::rsdp_v2:
            return read_rsdp(tag, boot_info);
        default:
            return;
    }
}

/// Takes the first tag, its header and its padding off `rest`.
Tag take_tag(std::span<const std::byte>& rest) {
    const auto header = read_as<TagHeader>(rest);
    if (!header) {
        lib::panic("multiboot2: the information has no end tag");
    }
    const auto type = static_cast<std::uint32_t>(header->type);
    if (header->size < sizeof(TagHeader) || header->size > rest.size()) {
        lib::panic("multiboot2: a tag of type {} says it has {} bytes, where {} are left", type,
                   header->size, rest.size());
    }
    const Tag tag{header->type, rest.subspan(sizeof(TagHeader), header->size - sizeof(TagHeader))};
    rest = rest.subspan(std::min(x86::align_up(header->size, tag_alignment), rest.size()));
    return tag;
}

}  // namespace

void parse_multiboot2(const lib::PhysicalMemory& memory, std::uint32_t magic,
                      x86::PhysicalAddress info, BootInfo& boot_info) {
    boot_info.loader = Loader::multiboot2;
    if (magic != multiboot2_magic) {
        lib::panic("multiboot2: eax is {:#x}, not the magic {:#x}", magic, multiboot2_magic);
    }
    if (!x86::is_aligned(info, tag_alignment)) {
        lib::panic("multiboot2: the information's address {} is misaligned", info);
    }
    const auto header = memory.read<InformationHeader>(info);
    if (!header) {
        lib::panic("multiboot2: the information at {} cannot be read", info);
    }
    if (header->total_size < sizeof(InformationHeader) || header->total_size > max_total_size) {
        lib::panic("multiboot2: the information says it has {} bytes", header->total_size);
    }
    const auto all = memory.at(info, header->total_size);
    if (all.size() != header->total_size) {
        lib::panic("multiboot2: the information's {} bytes at {} cannot all be read",
                   header->total_size, info);
    }

    FirmwareMap map;
    auto rest = all.subspan(sizeof(InformationHeader));
    for (Tag tag = take_tag(rest); tag.type != TagType::end; tag = take_tag(rest)) {
        read_tag(tag, boot_info, map);
    }
    set_memory(boot_info, map);
}

}  // namespace boot
