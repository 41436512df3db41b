#pragma once

#include <string>

#include "checker/engine/request.h"
#include "checker/evidence/guest_memory.h"

namespace engine {

/// The numbers under which Bochs inherits its descriptors.
inline constexpr int bochs_serial_descriptor = 3;
inline constexpr int bochs_log_descriptor = 4;
inline constexpr int bochs_config_descriptor = 5;
inline constexpr int bochs_batch_descriptor = 6;
inline constexpr int bochs_iso_descriptor = 7;    // with Way::iso
inline constexpr int bochs_rom_descriptor = 7;    // with Way::rom,
inline constexpr int bochs_vga_descriptor = 8;    // an option ROM in which there is none,
inline constexpr int bochs_image_descriptor = 9;  // and the first of the kernel's images

/// Instructions in a second of the guest's. The fewer, the sooner a wait is over.
inline constexpr unsigned bochs_ips = 1'000'000;

/// The CPU that bochs_config asks for.
inline constexpr evidence::CpuModel bochs_cpu{.physical_bits = 39, .gib_pages = true};

/// The configuration of one run, in bochsrc's language; with Way::rom for so many images of the
/// kernel (see bochs_images.h).
std::string bochs_config(const Request& request, std::size_t images);

}  // namespace engine
