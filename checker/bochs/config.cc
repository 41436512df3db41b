#include "checker/bochs/config.h"

#include <cstring>
#include <fmt/format.h>

#include "checker/error.h"
#include "checker/process/process.h"

namespace bochs {

namespace {

constexpr std::uint64_t image_address(std::uint64_t i) {
    constexpr std::uint64_t first_mib = 0x100000;
    return first_mib + i * image_size;
}

// ", cpu0=report, cpu1=report" of module "cpu": Bochs counts in hexadecimal.
std::string each_reports(std::string_view module, unsigned cpus) {
    std::string list;
    for (unsigned cpu = 0; cpu < cpus; ++cpu)
        list += fmt::format(", {}{:x}=report", module, cpu);
    return list;
}

std::string by_rom() {
    std::string lines = fmt::format(
        "romimage: file=/proc/self/fd/{}, address=0xffff0000\n"
        // Since 3.0 it looks for a VGA BIOS of its own where none is named.
        "vgaromimage: file=/proc/self/fd/{}\n",
        rom_descriptor, vga_descriptor);
    for (unsigned i = 0; i < most_images; ++i)
        lines += fmt::format("optramimage{}: file=/proc/self/fd/{}, address={:#x}\n", i + 1,
                             image_descriptor + i, image_address(i));
    return lines;
}

std::string by_iso() {
    return fmt::format(
        "romimage: file=$BXSHARE/BIOS-bochs-latest\n"
        "vgaromimage: file=$BXSHARE/VGABIOS-lgpl-latest\n"
        "ata0-master: type=cdrom, path=/proc/self/fd/{}, status=inserted\n"
        "boot: cdrom\n",
        iso_descriptor);
}

}  // namespace

std::string config(const engine::Request& request) {
    const std::string reports = each_reports("cpu", request.cpus);
    const std::string lapics_report = each_reports("apic", request.cpus);
    return fmt::format(
        // The display `term` makes a pseudoterminal of its own and opens no port.
        "display_library: term\n"
        "{firmware}"
        "memory: guest={memory}, host={memory}\n"
        "cpu: model=corei7_haswell_4770, count={cpus}, ips={ips}, reset_on_triple_fault=0, "
        "ignore_bad_msrs=0\n"
        "clock: sync=none, time0=946684800\n"
        "com1: enabled=1, mode=file, dev=/proc/self/fd/{serial}\n"
        "log: /proc/self/fd/{log}\n"
        // What is heeded, and no other information: the debugger, which has no name, logs that it
        // is interrupted, and in the middle of another message waits for that one's end, and so
        // for itself.
        "info: action=ignore{reports}{lapics_report}, acpi=report, pc_system=report\n"
        "error: action=report\n"
        // Why a CPU raised an exception is a debug message of that CPU.
        "debug: action=ignore{reports}\n"
        // A CPU's triple fault returns to the debugger's prompt instead of ending Bochs.
        // So does what a guest can make of a device: it is not to end Bochs.
        "panic: action=fatal{reports}{lapics_report}, acpi=report, cmos=report, devices=report, "
        "dma=report, harddrv=report, hpet=report, ioapic=report, keyboard=report, memory=report, "
        "pci=report, pci2isa=report, pci_ide=report, pic=report, pit=report, serial=report\n"
        // Devices that nobody needs: some look for the host's, and through the ports of some a
        // guest can end Bochs.
        "sound: waveoutdrv=dummy, waveindrv=dummy, midioutdrv=dummy\n"
        "speaker: enabled=0\n"
        "vga: extension=none\n"
        "plugin_ctrl: speaker=0, parallel=0, gameport=0, usb_uhci=0, iodebug=0, unmapped=0"
        ", biosdev=0\n",
        fmt::arg("memory", request.memory_mib), fmt::arg("cpus", request.cpus),
        fmt::arg("ips", ips),
        fmt::arg("firmware", request.way == evidence::Way::rom ? by_rom() : by_iso()),
        fmt::arg("serial", serial_descriptor), fmt::arg("log", log_descriptor),
        fmt::arg("reports", reports), fmt::arg("lapics_report", lapics_report));
}

std::vector<process::Descriptor> images(const guest::Symbols& kernel) {
    constexpr std::uint64_t begin = image_address(0);
    constexpr std::uint64_t end = image_address(most_images);
    std::string memory(end - begin, '\0');
    for (const guest::Symbols::Segment& segment : kernel.segments()) {
        const std::uint64_t segment_end = segment.physical + segment.bytes.size();
        if (segment.bytes.empty())
            continue;
        if (segment.physical < begin || segment_end > end)
            throw checker::Error(
                fmt::format("the kernel has bytes at {:#x} to {:#x}; Bochs can be given what lies "
                            "from {:#x} to {:#x}",
                            segment.physical, segment_end, begin, end));
        std::memcpy(memory.data() + (segment.physical - begin), segment.bytes.data(),
                    segment.bytes.size());
    }
    std::vector<process::Descriptor> images;
    for (std::size_t at = 0; at < memory.size(); at += image_size) {
        images.push_back(process::anonymous_memory(0));
        process::replace_text(images.back(), std::string_view{memory}.substr(at, image_size));
    }
    return images;
}

std::vector<std::string> debugger_options(std::string_view help) {
    constexpr std::string_view option = "-debugger";
    return help.find(option) == std::string_view::npos ? std::vector<std::string>{}
                                                       : std::vector{std::string{option}};
}

const std::vector<std::string>& debugger_options() {
    static const std::vector<std::string> of_this_bochs = debugger_options(
        process::run(
            {.arguments = {"bochs", "--help"}, .environment = {"LC_ALL=C"}, .directory = "/"},
            engine::patience)
            .output);
    return of_this_bochs;
}

}  // namespace bochs
