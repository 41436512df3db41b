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

/// It begins with its total size and a reserved word.
constexpr std::size_t information_header_size = 8;

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

/// One tag without its header.
using Content = std::span<const std::byte>;

void read_command_line(Content tag, CommandLine& command_line) {
    const std::string_view text(reinterpret_cast<const char*>(tag.data()), tag.size());
    for (const char character : text.substr(0, text.find('\0'))) {
        if (!command_line.try_push_back(character)) {
            return;
        }
    }
}

void read_memory_map(Content tag, FirmwareMap& map) {
    const auto header = read_as<MemoryMapTag>(tag);
    if (!header || header->entry_size < sizeof(FirmwareRange)) {
        lib::panic("multiboot2: the memory map is cut short");
    }
    for (std::size_t at = sizeof(MemoryMapTag); at < tag.size(); at += header->entry_size) {
        const auto entry = read_as<FirmwareRange>(tag, at);
        if (!entry || !map.try_push_back(entry->range())) {
            lib::panic("multiboot2: the memory map has more than {} ranges, or a piece of one",
                       map.capacity());
        }
    }
}

/// The RSDP of ACPI 2.0, which leads to the XSDT, is preferred to the one of ACPI 1.0.
void read_rsdp(Content tag, BootInfo& boot_info) {
    if (tag.size() <= boot_info.rsdp_copy.size()) {
        return;
    }
    boot_info.rsdp_copy.clear();
    for (const std::byte byte : tag.first(std::min(tag.size(), rsdp_size))) {
        boot_info.rsdp_copy.push_back(byte);
    }
}

void read_tag(TagType type, Content tag, BootInfo& boot_info, FirmwareMap& map) {
    switch (type) {
        case TagType::command_line:
            return read_command_line(tag, boot_info.command_line);
        case TagType::memory_map:
            return read_memory_map(tag, map);
        case TagType::rsdp_v1:
        case TagType::rsdp_v2:
            return read_rsdp(tag, boot_info);
        default:
            return;
    }
}

}  // namespace

void parse_multiboot2(const lib::PhysicalMemory& memory, std::uint32_t magic,
                      x86::PhysicalAddress info, BootInfo& boot_info) {
    boot_info.loader = Loader::multiboot2;
    if (magic != multiboot2_magic) {
        lib::panic("multiboot2: eax is {:#x}, not the magic {:#x}", magic, multiboot2_magic);
    }
    const auto total_size = memory.read<std::uint32_t>(info);
    const Content all = total_size ? memory.at(info, *total_size) : Content{};

    FirmwareMap map;
    for (std::size_t at = information_header_size;;) {
        const auto header = read_as<TagHeader>(all, at);
        if (!header || header->size < sizeof(TagHeader) || header->size > all.size() - at) {
            lib::panic("multiboot2: the information at {} has no end tag", info);
        }
        if (header->type == TagType::end) {
            break;
        }
        const Content tag = all.subspan(at, header->size).subspan(sizeof(TagHeader));
        read_tag(header->type, tag, boot_info, map);
        at += x86::align_up(header->size, tag_alignment);
    }
    set_memory(boot_info, map);
}

}  // namespace boot
