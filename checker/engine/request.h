#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "checker/evidence/evidence.h"
#include "checker/guest/names.h"

namespace engine {

/// How long an emulator, while its machine stands still, may take to answer.
constexpr auto patience = std::chrono::seconds{10};
/// What is kept of an emulator's own complaints.
constexpr std::size_t error_limit = 8192;

/// One boot.
struct Request {
    evidence::Way way = evidence::Way::rom;
    std::filesystem::path kernel_elf;   // what is booted; symbols come from it too
    std::filesystem::path firmware;     // our own, for Way::rom
    std::filesystem::path iso;          // for Way::iso; it holds the same kernel
    std::filesystem::path source_root;  // files below it are named relative to it,
    guest::Names source_names;          // and then like this
    unsigned cpus = 4;                  // 1..255 in QEMU, 1..15 in Bochs 2.7
    unsigned memory_mib = 128;
    std::string machine = "pc";                   // QEMU's
    std::string command_line = "panic=poweroff";  // the kernel's, for Way::elf; others have theirs
    std::size_t serial_limit = 256 << 10;         // bytes; more is a flood
    std::size_t exception_limit = 10'000;         // on all CPUs together; more is a flood

    // By the guest's clock, which counts instructions, or by the work that the engine has done: a
    // run that takes longer has timed out, on a busy host as on an idle one. A boot takes tenths of
    // a second of either.
    std::chrono::milliseconds guest_time_limit{20'000};
    std::chrono::milliseconds processor_time_limit{5'000};  // QEMU's: Bochs keeps to its clock
    // By the host's clock: if this is over first, the host is too slow, and the engine has failed.
    std::chrono::milliseconds host_time_limit{60'000};
};

}  // namespace engine
