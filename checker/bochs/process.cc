#include "checker/bochs/process.h"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <fmt/format.h>
#include <iterator>
#include <thread>

#include "checker/error.h"
#include "checker/process/copies.h"
#include "checker/process/process.h"

namespace bochs {

namespace {

// The numbers under which Bochs has its other descriptors.
constexpr int serial_descriptor = 3;
constexpr int config_descriptor = 5;
constexpr int batch_descriptor = 6;
constexpr int iso_descriptor = 7;  // with Way::iso
constexpr int vga_descriptor = 8;  // with Way::rom, an option ROM in which there is none,
constexpr int rom_descriptor = process::first_read_again;  // our firmware,
constexpr int image_descriptor = rom_descriptor + 1;       // and the kernel's images
constexpr int most_images = 4;

constexpr std::size_t image_size = 0x20000;
constexpr std::uint64_t own_memory = std::uint64_t{2} << 30;  // mostly address space
constexpr std::size_t option_rom_unit = 512;
constexpr std::size_t output_limit = std::size_t{16} << 20;
// Bochs writes each line of its log by itself; what follows in this time is read at once.
constexpr auto gathering = std::chrono::microseconds{100};

constexpr std::uint64_t image_address(std::uint64_t i) {
    constexpr std::uint64_t first_mib = 0x100000;
    return first_mib + i * image_size;
}

// "info: cpu0=report" and so on, of all CPUs: Bochs counts in hexadecimal, and takes no more than
// 40 words in a line.
std::string each_reports(std::string_view level, std::string_view module, unsigned cpus) {
    std::string lines;
    for (unsigned cpu = 0; cpu < cpus; ++cpu)
        lines += fmt::format("{}: {}{:x}=report\n", level, module, cpu);
    return lines;
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
        "info: action=ignore, acpi=report, pc_system=report\n"
        "{informed}"
        "error: action=report\n"
        // Why a CPU raised an exception is a debug message of that CPU.
        "debug: action=ignore\n"
        "{debugged}"
        // A CPU's triple fault returns to the debugger's prompt instead of ending Bochs.
        // So does what a guest can make of a device: it is not to end Bochs.
        "panic: action=fatal, acpi=report, cmos=report, devices=report, dma=report, "
        "harddrv=report, ioapic=report, keyboard=report, memory=report, pci=report, "
        "pci2isa=report, pci_ide=report, pic=report, pit=report, serial=report\n"
        "{survived}"
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
        fmt::arg("informed", each_reports("info", "cpu", request.cpus) +
                                 each_reports("info", "apic", request.cpus)),
        fmt::arg("debugged", each_reports("debug", "cpu", request.cpus)),
        fmt::arg("survived", each_reports("panic", "cpu", request.cpus) +
                                 each_reports("panic", "apic", request.cpus)));
}

std::vector<std::string> options_for(std::string_view help) {
    constexpr std::string_view debugger = "-debugger";
    std::vector<std::string> options;
    if (process::contains(help, debugger))
        options.emplace_back(debugger);
    if (const auto version = process::after(help, "Bochs x86 Emulator ");
        version && !version->starts_with("2.6"))
        options.emplace_back("pci: enabled=1, chipset=i440fx, advopts=nohpet");
    return options;
}

namespace {

// What the kernel has to have in memory from 1 MiB on, as flat images, which Bochs takes into its
// RAM without a BIOS: as many as there are options for. Bochs keeps a guest's memory in blocks of
// 128 KiB, each taken when it is first touched, and loads an image as if they lay in a row: one
// that is longer than its block runs over into memory that belongs to another block later. So each
// image is one block. Throws checker::Error if the kernel does not fit.
std::vector<process::Descriptor> images(const guest::Symbols& kernel) {
    constexpr std::uint64_t begin = image_address(0);
    constexpr std::uint64_t end = image_address(most_images);
    std::string memory(end - begin, '\0');
    for (const guest::Symbols::Segment& segment : kernel.segments()) {
        const std::uint64_t segment_end = segment.physical + segment.bytes.size();
        if (segment.bytes.empty())
            continue;
        if (segment.physical < begin || segment.physical > end || segment_end > end)
            throw checker::Error(
                fmt::format("the kernel has bytes at {:#x} to {:#x}; Bochs can be given what lies "
                            "from {:#x} to {:#x}",
                            segment.physical, segment_end, begin, end));
        std::memcpy(memory.data() + (segment.physical - begin), segment.bytes.data(),
                    segment.bytes.size());
    }
    std::vector<process::Descriptor> images;
    for (std::size_t at = 0; at < memory.size(); at += image_size)
        images.push_back(process::memory_with(std::string_view{memory}.substr(at, image_size)));
    return images;
}

// The options for the Bochs in PATH, which is asked once in the life of this process.
const std::vector<std::string>& options_of_this_bochs() {
    static const std::vector<std::string> of_this_bochs = options_for(
        process::run(
            {.arguments = {"bochs", "--help"}, .environment = {"LC_ALL=C"}, .directory = "/"},
            engine::patience)
            .output);
    return of_this_bochs;
}

// Those of one name can be copied for one another's boots.
std::string name_of(const engine::Request& request) {
    const bool by_iso = request.way == evidence::Way::iso;
    return fmt::format("bochs {} {}\n{}", request.sandboxed, by_iso ? request.iso.string() : "",
                       config(request));
}

// It fills tables of some 80 MB, which come sooner in large pages. And it compares each name of its
// state with all before it: of glibc's ways to compare, the plain one is the fastest for such short
// ones.
process::ForkServers::Original original(const engine::Request& request) {
    process::Command command{
        .arguments = {"bochs", "-q", "-f", process::path_of(config_descriptor)},
        .environment = {"LC_ALL=C", "TERM=xterm",
                        "GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-SSE4_2:glibc.malloc.hugetlb=1"},
        .directory = "/",
        .address_space = (std::uint64_t{request.memory_mib} << 20) + own_memory,
    };
    if (request.sandboxed)
        command.sandbox = engine::sandbox_for(command.arguments[0]);
    std::ranges::copy(options_of_this_bochs(), std::back_inserter(command.arguments));
    const auto give = [&](process::Descriptor descriptor, int number) {
        command.descriptors.emplace_back(std::move(descriptor), number);
    };
    give(process::memory_with(config(request)), config_descriptor);
    if (request.way == evidence::Way::rom) {
        give(process::open_file(request.firmware), rom_descriptor);
        give(process::anonymous_memory(option_rom_unit), vga_descriptor);
        for (int i = 0; i < most_images; ++i)
            give(process::anonymous_memory(image_size), image_descriptor + i);
    } else {
        give(process::open_file(request.iso), iso_descriptor);
    }
    return {std::move(command), false};
}

}  // namespace

Process::Process(const engine::Request& request, const guest::Symbols& symbols,
                 process::ForkServers& servers)
    : serial_(request.serial_limit / 2, request.serial_limit / 2),
      errors_(engine::error_limit / 2, engine::error_limit / 2) {
    process::Given given;
    const auto read_from = [&](int number, process::Reader::Sink sink) {
        readers_.push_back(process::read_from(given, number, std::move(sink)));
    };
    process::SocketPair commands = process::SocketPair::make();
    commands_ = std::move(commands.ours);
    given.emplace_back(std::move(commands.childs), 0);
    read_from(1, [this](auto bytes) { take_output(bytes); });
    read_from(2, [this](auto bytes) { errors_.append(bytes); });
    read_from(serial_descriptor, [this](auto bytes) { serial_.append(bytes); });
    read_from(log_descriptor, [this](auto bytes) { log_.append(bytes); });
    given.emplace_back(duplicate(batch_), batch_descriptor);
    if (request.way == evidence::Way::rom) {
        given.emplace_back(process::open_file(request.firmware), rom_descriptor);
        for (int i = 0; process::Descriptor & image : images(symbols))
            given.emplace_back(std::move(image), image_descriptor + i++);
    } else {
        given.emplace_back(process::open_file(request.iso), iso_descriptor);
    }
    copy_.emplace(servers.copy(
        name_of(request), [&] { return original(request); }, {}, given));
    log_.append(copy_->written_before().at(log_descriptor));
}

// The debugger numbers its prompts, "<bochs:1> ", from 1 on.
void Process::take_output(std::string_view bytes) {
    if (output_.size() < output_limit)
        output_ += bytes;
    for (;;) {
        const std::string prompt = fmt::format("<bochs:{}> ", prompts_ + 1);
        const std::size_t at = output_.find(prompt, searched_);
        if (at == std::string::npos) {
            // The end may be the beginning of a prompt.
            searched_ = output_.size() - std::min(output_.size(), prompt.size());
            return;
        }
        ++prompts_;
        searched_ = at + prompt.size();
    }
}

void Process::command(std::string_view line) {
    output_.clear();
    searched_ = 0;
    ++commands_given_;
    process::send(commands_, fmt::format("{}\n", line));
}

// From a file the debugger takes all lines before it prompts again.
std::optional<std::string> Process::ask(std::string_view lines,
                                        process::Clock::time_point deadline) {
    process::replace_text(batch_, lines);
    command(fmt::format("source {}", process::path_of(batch_descriptor)));
    return wait_for_prompt(deadline) ? std::optional{output_} : std::nullopt;
}

bool Process::wait_for_prompt(process::Clock::time_point deadline) {
    while (!at_prompt() && is_running() && process::Clock::now() < deadline)
        pump(deadline);
    return at_prompt();
}

bool Process::pump(process::Clock::time_point deadline) {
    const bool open = process::read_some(readers_, deadline);
    std::this_thread::sleep_for(gathering);
    return open;
}

std::string why_it_ended(const Log& log, std::string_view errors) {
    if (!log.panic().empty())
        return fmt::format("Bochs gave up: {}", log.panic());
    const auto message = process::after(errors, "exiting with the following message:\n");
    return fmt::format("Bochs ended by itself: {}",
                       message ? message->substr(0, message->find('\n')) : errors);
}

void Process::interrupt() {
    copy_->signal(SIGINT);
}

}  // namespace bochs
