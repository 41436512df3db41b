// Loader information, read into a BootInfo of the test's own.
#pragma once

#include <optional>
#include <string>

#include "boot/boot_info.h"
#include "boot/multiboot2.h"
#include "boot/pvh.h"

namespace test {

/// What boot::initialize() makes of it; throws where that panics.
inline std::optional<boot::BootInfo> parse(const lib::PhysicalMemory& memory, std::uint32_t magic,
                                           x86::PhysicalAddress info) {
    boot::BootInfo boot_info;
    if (magic == boot::pvh_entry_taken) {
        boot::parse_pvh(memory, info, boot_info);
    } else {
        boot::parse_multiboot2(memory, magic, info, boot_info);
    }
    return boot_info;
}

inline std::string text_of(const boot::CommandLine& command_line) {
    return {command_line.begin(), command_line.end()};
}

}  // namespace test
