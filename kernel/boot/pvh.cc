#include "boot/pvh.h"

#include <cstddef>

#include "lib/read_as.h"

namespace boot {
namespace {

using lib::Error;
using lib::MaybeError;

/// `hvm_start_info` as every version has it. Addresses are physical, 0 where there is nothing.
/// [pvh]
struct StartInfo {
    std::uint32_t magic;
    std::uint32_t version;
    std::uint32_t flags;
    std::uint32_t modules;
    std::uint64_t module_list;
    std::uint64_t command_line;
    std::uint64_t rsdp;
};
static_assert(sizeof(StartInfo) == 40 && offsetof(StartInfo, command_line) == 24);

/// What version 1 has after it.
struct StartInfoMap {
    std::uint64_t map;
    std::uint32_t entries;
    std::uint32_t reserved;
};
static_assert(sizeof(StartInfoMap) == 16);

struct ModuleEntry {
    std::uint64_t base;
    std::uint64_t length;
    std::uint64_t command_line;
    std::uint64_t reserved;
};
static_assert(sizeof(ModuleEntry) == 32);

/// Copies up to the zero that ends the command line: nothing says in advance where that is.
MaybeError read_command_line(const lib::PhysicalMemory& memory, x86::PhysicalAddress address,
                             BootInfo& boot_info) {
    std::uint64_t length = 0;
    while (!boot_info.command_line.truncated()) {
        const auto character = memory.read<char>(address + length++);
        if (!character) {
            return Error("PVH: the command line at {} cannot be read", address);
        }
        if (*character == '\0') {
            break;
        }
        boot_info.command_line.append(*character);
    }
    return reserve(boot_info, address, length);
}

MaybeError read_modules(const lib::PhysicalMemory& memory, const StartInfo& start,
                        BootInfo& boot_info) {
    if (start.modules > max_loader_ranges) {
        return Error("PVH: {} modules are more than the {} that fit", start.modules,
                     max_loader_ranges);
    }
    const x86::PhysicalAddress address{start.module_list};
    const std::size_t size = start.modules * sizeof(ModuleEntry);
    const auto list = memory.at(address, size);
    if (list.size() != size) {
        return Error("PVH: the list of {} modules at {} cannot be read", start.modules, address);
    }
    for (std::size_t offset = 0; offset != size; offset += sizeof(ModuleEntry)) {
        const auto module = lib::read_as<ModuleEntry>(list, offset);
        if (auto error = reserve(boot_info, x86::PhysicalAddress{module->base}, module->length)) {
            return error;
        }
    }
    return reserve(boot_info, address, size);
}

MaybeError read_memory_map(const lib::PhysicalMemory& memory, const StartInfoMap& start,
                           BootInfo& boot_info) {
    FirmwareMap map;
    if (start.map == 0) {
        return Error("PVH: there is no memory map");
    }
    if (start.entries > map.capacity()) {
        return Error("PVH: the memory map has {} ranges, more than the {} that fit", start.entries,
                     map.capacity());
    }
    const x86::PhysicalAddress address{start.map};
    const std::size_t size = start.entries * sizeof(FirmwareRange);
    const auto list = memory.at(address, size);
    if (list.size() != size) {
        return Error("PVH: the memory map of {} ranges at {} cannot be read", start.entries,
                     address);
    }
    for (std::size_t offset = 0; offset != size; offset += sizeof(FirmwareRange)) {
        map.push_back(lib::read_as<FirmwareRange>(list, offset)->range());
    }
    if (auto error = reserve(boot_info, address, size)) {
        return error;
    }
    return set_memory(boot_info, map);
}

}  // namespace

MaybeError parse_pvh(const lib::PhysicalMemory& memory, x86::PhysicalAddress info,
                     BootInfo& boot_info) {
    boot_info.loader = Loader::pvh;
    const auto start = memory.read<StartInfo>(info);
    if (!start) {
        return Error("PVH: the start information at {} cannot be read", info);
    }
    if (start->magic != pvh_magic) {
        return Error("PVH: the start information at {} begins with {:#x}, not the magic {:#x}",
                     info, start->magic, pvh_magic);
    }
    if (start->version == 0) {
        return Error("PVH: the start information has version 0, which has no memory map");
    }
    const auto map = memory.read<StartInfoMap>(info + sizeof(StartInfo));
    if (!map) {
        return Error("PVH: the start information at {} is cut short", info);
    }
    boot_info.rsdp = x86::PhysicalAddress{start->rsdp};
    if (auto error = reserve(boot_info, info, sizeof(StartInfo) + sizeof(StartInfoMap))) {
        return error;
    }
    if (start->command_line != 0) {
        const x86::PhysicalAddress address{start->command_line};
        if (auto error = read_command_line(memory, address, boot_info)) {
            return error;
        }
    }
    if (start->modules != 0) {
        if (auto error = read_modules(memory, *start, boot_info)) {
            return error;
        }
    }
    return read_memory_map(memory, *map, boot_info);
}

}  // namespace boot
