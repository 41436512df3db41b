// The kernel as Bochs takes it into its RAM without a BIOS: as flat images.
#pragma once

#include <cstdint>
#include <vector>

#include "checker/guest/symbols.h"
#include "checker/process/descriptor.h"

namespace bochs {

/// Bochs keeps a guest's memory in blocks, each taken when it is first touched, and loads an image
/// as if they lay in a row: one that is longer than its block runs over into memory that belongs to
/// another block later. So each image has a block of its own.
inline constexpr std::uint64_t block = 0x20000;
inline constexpr std::size_t most_images = 4;  // as many options as there are

/// Where image number `i` belongs.
constexpr std::uint64_t image_address(std::size_t i) {
    constexpr std::uint64_t first_mib = 0x100000;
    return first_mib + i * block;
}

/// What the kernel has to have in memory from 1 MiB on, a block an image. Throws checker::Error if
/// it does not fit.
std::vector<process::Descriptor> images(const guest::Symbols& kernel);

}  // namespace bochs
