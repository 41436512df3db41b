#include "boot/multiboot2.h"

#include <algorithm>
#include <span>

#include "boot/multiboot2_tags.h"
#include "lib/read_as.h"

namespace boot {
namespace {

using lib::Error;
using lib::MaybeError;
using lib::read_as;

/// Far beyond what loaders write; it bounds the work that a corrupted size can cause.
constexpr std::uint32_t max_total_size = 1024 * 1024;

struct Tag {
    TagType type;
    std::span<const std::byte> content;  // without the header
};

Error too_short(std::string_view title, const Tag& tag) {
    return Error("multiboot2: the {} tag is cut short, at {} bytes", title,
                 sizeof(TagHeader) + tag.content.size());
}

void read_command_line(const Tag& tag, BootInfo& boot_info) {
    const auto* characters = reinterpret_cast<const char*>(tag.content.data());
    const std::string_view text(characters, tag.content.size());
    boot_info.command_line.assign(text.substr(0, text.find('\0')));
}

MaybeError read_module(const Tag& tag, BootInfo& boot_info) {
    const auto module = read_as<ModuleTag>(tag.content);
    if (!module) {
        return too_short("module", tag);
    }
    if (module->end < module->start) {
        return Error("multiboot2: a module ends at {:#x}, before it starts at {:#x}", module->end,
                     module->start);
    }
    return reserve(boot_info, x86::PhysicalAddress{module->start}, module->end - module->start);
}

MaybeError read_memory_map(const Tag& tag, FirmwareMap& map) {
    const auto header = read_as<MemoryMapTag>(tag.content);
    if (!header) {
        return too_short("memory map", tag);
    }
    if (header->entry_size < sizeof(FirmwareRange) || header->entry_size % 8 != 0) {
        return Error("multiboot2: the memory map's entries are {} bytes long", header->entry_size);
    }
    auto entries = tag.content.subspan(sizeof(MemoryMapTag));
    for (; !entries.empty(); entries = entries.subspan(header->entry_size)) {
        const auto entry = read_as<FirmwareRange>(entries);
        if (!entry || entries.size() < header->entry_size) {
            return too_short("memory map", tag);
        }
        if (!map.try_push_back(entry->range())) {
            return Error("multiboot2: the memory map has more than {} ranges", map.capacity());
        }
    }
    return std::nullopt;
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

MaybeError read_tag(const Tag& tag, BootInfo& boot_info, FirmwareMap& map) {
    switch (tag.type) {
        case TagType::command_line:
            read_command_line(tag, boot_info);
            return std::nullopt;
        case TagType::module:
            return read_module(tag, boot_info);
        case TagType::memory_map:
            return read_memory_map(tag, map);
        case TagType::rsdp_v1:
        case TagType::rsdp_v2:
            read_rsdp(tag, boot_info);
            return std::nullopt;
        default:
            return std::nullopt;
    }
}

/// Takes the first tag, its header and its padding off `rest`.
lib::Result<Tag> take_tag(std::span<const std::byte>& rest) {
    const auto header = read_as<TagHeader>(rest);
    if (!header) {
        return Error("multiboot2: the information has no end tag");
    }
    const auto type = static_cast<std::uint32_t>(header->type);
    if (header->size < sizeof(TagHeader) || header->size > rest.size()) {
        return Error("multiboot2: a tag of type {} says it has {} bytes, where {} are left", type,
                     header->size, rest.size());
    }
    const Tag tag{header->type, rest.subspan(sizeof(TagHeader), header->size - sizeof(TagHeader))};
    rest = rest.subspan(std::min(x86::align_up(header->size, tag_alignment), rest.size()));
    return tag;
}

}  // namespace

MaybeError parse_multiboot2(const lib::PhysicalMemory& memory, std::uint32_t magic,
                            x86::PhysicalAddress info, BootInfo& boot_info) {
    boot_info.loader = Loader::multiboot2;
    if (magic != multiboot2_magic) {
        return Error("multiboot2: eax is {:#x}, not the magic {:#x}", magic, multiboot2_magic);
    }
    if (!x86::is_aligned(info, tag_alignment)) {
        return Error("multiboot2: the information's address {} is misaligned", info);
    }
    const auto header = memory.read<InformationHeader>(info);
    if (!header) {
        return Error("multiboot2: the information at {} cannot be read", info);
    }
    if (header->total_size < sizeof(InformationHeader) || header->total_size > max_total_size) {
        return Error("multiboot2: the information says it has {} bytes", header->total_size);
    }
    const auto all = memory.at(info, header->total_size);
    if (all.size() != header->total_size) {
        return Error("multiboot2: the information's {} bytes at {} cannot all be read",
                     header->total_size, info);
    }

    FirmwareMap map;
    auto rest = all.subspan(sizeof(InformationHeader));
    auto tag = take_tag(rest);
    for (; tag && tag->type != TagType::end; tag = take_tag(rest)) {
        if (auto error = read_tag(*tag, boot_info, map)) {
            return error;
        }
    }
    if (!tag) {
        return tag.error();
    }
    if (auto error = reserve(boot_info, info, header->total_size)) {
        return error;
    }
    return set_memory(boot_info, map);
}

}  // namespace boot
