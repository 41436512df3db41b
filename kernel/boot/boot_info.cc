#include "boot/boot_info.h"

#include <algorithm>

#include "boot/multiboot2.h"
#include "boot/pvh.h"

namespace boot {

std::string_view name(Loader loader) {
    return loader == Loader::multiboot2 ? "multiboot2" : "PVH";
}

lib::Result<BootInfo> parse(const lib::PhysicalMemory& memory, std::uint32_t magic,
                            x86::PhysicalAddress info) {
    // The result is filled in place: the boot stack is small.
    lib::Result<BootInfo> result(std::in_place);
    if (const auto error = magic == pvh_entry_taken
                               ? parse_pvh(memory, info, *result)
                               : parse_multiboot2(memory, magic, info, *result)) {
        result = *error;
    }
    return result;
}

lib::MaybeError set_memory(BootInfo& boot_info, const FirmwareMap& firmware) {
    const std::string_view loader = name(boot_info.loader);
    if (firmware.empty()) {
        return lib::Error("{}: the memory map is empty", loader);
    }
    if (!normalise(firmware, boot_info.memory)) {
        return lib::Error("{}: sorted, the memory map has more than {} ranges", loader,
                          max_memory_ranges);
    }
    const bool usable = std::ranges::any_of(boot_info.memory, [](const MemoryRange& range) {
        return range.kind == MemoryKind::available;
    });
    if (!usable) {
        return lib::Error("{}: no range of the memory map is available", loader);
    }
    return std::nullopt;
}

lib::MaybeError reserve(BootInfo& boot_info, x86::PhysicalAddress base, std::uint64_t length) {
    if (length != 0 && !boot_info.reserved.try_push_back({base, length})) {
        return lib::Error("{}: more than {} structures and modules", name(boot_info.loader),
                          max_loader_ranges);
    }
    return std::nullopt;
}

}  // namespace boot
