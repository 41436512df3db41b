#include "boot/boot_info.h"

#include "boot/multiboot2.h"
#include "boot/pvh.h"
#include "console/print.h"
#include "lib/panic.h"

namespace boot {

namespace {

constinit BootInfo of_this_boot;

std::string_view name(Loader loader) {
    return loader == Loader::multiboot2 ? "multiboot2" : "PVH";
}

std::string_view command_line() {
    return {of_this_boot.command_line.data(), of_this_boot.command_line.size()};
}

}  // namespace

const BootInfo& initialize(const lib::PhysicalMemory& memory, std::uint32_t magic,
                           x86::PhysicalAddress info) {
    if (magic == pvh_entry_taken) {
        parse_pvh(memory, info, of_this_boot);
    } else {
        parse_multiboot2(memory, magic, info, of_this_boot);
    }
    console::print("Sipi, by {}; command line \"{}\"\n", name(of_this_boot.loader), command_line());
    return of_this_boot;
}

std::string_view option(std::string_view name) {
    return option(command_line(), name);
}

std::uint32_t number_option(std::string_view name, std::uint32_t lowest, std::uint32_t highest,
                            std::uint32_t otherwise) {
    return number_option(command_line(), name, lowest, highest, otherwise);
}

void set_memory(BootInfo& boot_info, const FirmwareMap& firmware) {
    const std::string_view loader = name(boot_info.loader);
    if (firmware.empty()) {
        lib::panic("{}: the memory map is empty", loader);
    }
    if (!normalise(firmware, boot_info.memory)) {
        lib::panic("{}: sorted, the memory map has more than {} ranges", loader, max_memory_ranges);
    }
}

}  // namespace boot
