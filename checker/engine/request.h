#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

namespace engine {

/// One boot.
struct Request {
    std::filesystem::path kernel_elf;   // QEMU boots it; in both engines symbols come from it
    std::filesystem::path iso;          // Bochs boots it, by GRUB; it holds the same kernel
    std::filesystem::path source_root;  // files below it are named relative to it
    unsigned cpus = 4;                  // 1..32 (QEMU: 255)
    unsigned memory_mib = 128;
    std::string machine = "pc";                    // QEMU's
    std::string command_line;                      // the kernel's; QEMU only, the ISO has its own
    std::chrono::milliseconds time_limit{10'000};  // QEMU: then the run has timed out
    std::size_t serial_limit = 256 << 10;          // bytes; more is a flood
    std::size_t exception_limit = 10'000;          // on all CPUs together; more is a flood

    // Bochs counts a millisecond as 1000 instructions: how long the kernel may run is counted in
    // them and does not depend on the host. How long GRUB and the kernel may take the host does; if
    // that is exceeded, it is the host that is too slow.
    std::uint64_t bochs_ticks = 20'000'000;
    std::chrono::milliseconds bochs_time_limit{60'000};
};

}  // namespace engine
