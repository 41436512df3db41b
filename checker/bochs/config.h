#pragma once

#include <string>

#include "checker/engine/request.h"
#include "checker/guest/memory.h"

namespace bochs {

/// The numbers under which Bochs inherits its descriptors.
inline constexpr int serial_descriptor = 3;
inline constexpr int log_descriptor = 4;
inline constexpr int config_descriptor = 5;
inline constexpr int batch_descriptor = 6;
inline constexpr int iso_descriptor = 7;    // with Way::iso
inline constexpr int rom_descriptor = 7;    // with Way::rom,
inline constexpr int vga_descriptor = 8;    // an option ROM in which there is none,
inline constexpr int image_descriptor = 9;  // and the first of the kernel's images

/// Instructions in a second of the guest's. The fewer, the sooner a wait is over.
inline constexpr unsigned ips = 1'000'000;

/// The CPU that config asks for.
inline constexpr guest::CpuModel cpu_model{.physical_bits = 39, .gib_pages = true};

/// The configuration of one run, in bochsrc's language; with Way::rom for so many images of the
/// kernel (see images.h).
std::string config(const engine::Request& request, std::size_t images);

}  // namespace bochs
