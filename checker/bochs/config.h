// What Bochs is started with.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "checker/engine/boot.h"
#include "checker/guest/memory.h"
#include "checker/guest/symbols.h"
#include "checker/process/copies.h"
#include "checker/process/descriptor.h"

namespace bochs {

/// The numbers under which Bochs has its descriptors.
inline constexpr int serial_descriptor = 3;
inline constexpr int log_descriptor = 4;
inline constexpr int config_descriptor = 5;
inline constexpr int batch_descriptor = 6;
inline constexpr int iso_descriptor = 7;  // with Way::iso
inline constexpr int vga_descriptor = 8;  // with Way::rom, an option ROM in which there is none,
inline constexpr int rom_descriptor = process::first_read_again;  // our firmware,
inline constexpr int image_descriptor = rom_descriptor + 1;       // and the kernel's images
inline constexpr int most_images = 4;

/// Instructions in a second of the guest's. The fewer, the sooner a wait is over.
inline constexpr unsigned ips = 1'000'000;

/// The CPU that config asks for.
inline constexpr guest::CpuModel cpu_model{.physical_bits = 39, .gib_pages = true};

/// The configuration of a run, in bochsrc's language.
std::string config(const engine::Request& request);

/// What the kernel has to have in memory from 1 MiB on, as flat images, which Bochs takes into its
/// RAM without a BIOS: as many as there are options for. Bochs keeps a guest's memory in blocks of
/// 128 KiB, each taken when it is first touched, and loads an image as if they lay in a row: one
/// that is longer than its block runs over into memory that belongs to another block later. So each
/// image is one block. Throws checker::Error if the kernel does not fit.
std::vector<process::Descriptor> images(const guest::Symbols& kernel);
inline constexpr std::size_t image_size = 0x20000;

/// What a Bochs has to be started with so that its debugger prompts, by what it says to `--help`:
/// since 3.0 the debugger waits to be asked for, and an older one refuses the option.
std::vector<std::string> debugger_options(std::string_view help);

/// The same for the Bochs in PATH, which is asked once in the life of this process. Throws
/// process::StartError if it cannot be started.
const std::vector<std::string>& debugger_options();

}  // namespace bochs
