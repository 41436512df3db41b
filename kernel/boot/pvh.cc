#include "boot/pvh.h"

#include <cstddef>

#include "lib/panic.h"
#include "lib/physical_memory.h"

namespace boot {
namespace {

/// `hvm_start_info`, version 1. Addresses are physical, 0 where there is nothing. [pvh]
struct StartInfo {
    std::uint32_t magic;
    std::uint32_t version;
    std::uint32_t flags;
    std::uint32_t modules;
    std::uint64_t module_list;
    std::uint64_t command_line;
    std::uint64_t rsdp;
    std::uint64_t map;
    std::uint32_t map_entries;
    std::uint32_t reserved;
};
static_assert(sizeof(StartInfo) == 56 && offsetof(StartInfo, map) == 40);

/// Copies up to the zero that ends the command line: nothing says in advance where that is.
void read_command_line(const lib::PhysicalMemory& memory, x86::PhysicalAddress address,
                       CommandLine& command_line) {
    for (std::uint64_t length = 0; length <= command_line.capacity(); ++length) {
        const auto character = memory.read<char>(address + length);
        if (!character) {
            lib::panic("PVH: the command line at {} cannot be read", address);
        }
        if (*character == '\0' || !command_line.try_push_back(*character)) {
            return;
        }
    }
}

void read_memory_map(const lib::PhysicalMemory& memory, const StartInfo& start,
                     BootInfo& boot_info) {
    FirmwareMap map;
    if (start.map == 0) {
        lib::panic("PVH: there is no memory map");
    }
    if (start.map_entries > map.capacity()) {
        lib::panic("PVH: the memory map has {} ranges, more than the {} that fit",
                   start.map_entries, map.capacity());
    }
    const x86::PhysicalAddress address{start.map};
    const std::size_t size = start.map_entries * sizeof(FirmwareRange);
    const auto list = memory.at(address, size);
    if (list.size() != size) {
        lib::panic("PVH: the memory map of {} ranges at {} cannot be read", start.map_entries,
                   address);
    }
    for (std::size_t offset = 0; offset != size; offset += sizeof(FirmwareRange)) {
        map.push_back(lib::read_as<FirmwareRange>(list, offset)->range());
    }
    set_memory(boot_info, map);
}

}  // namespace

void parse_pvh(const lib::PhysicalMemory& memory, x86::PhysicalAddress info, BootInfo& boot_info) {
    boot_info.loader = Loader::pvh;
    const auto start = memory.read<StartInfo>(info);
    if (!start) {
        lib::panic("PVH: the start information at {} cannot be read", info);
    }
    if (start->magic != pvh_magic) {
        lib::panic("PVH: the start information at {} begins with {:#x}, not the magic {:#x}", info,
                   start->magic, pvh_magic);
    }
    if (start->version == 0) {
        lib::panic("PVH: the start information has version 0, which has no memory map");
    }
    boot_info.rsdp = x86::PhysicalAddress{start->rsdp};
    if (start->command_line != 0) {
        const x86::PhysicalAddress address{start->command_line};
        read_command_line(memory, address, boot_info.command_line);
    }
    read_memory_map(memory, *start, boot_info);
}

}  // namespace boot
