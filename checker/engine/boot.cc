#include "checker/engine/boot.h"

#include "checker/process/process.h"

namespace engine {

process::Sandbox sandbox_for(const std::string& emulator) {
    std::vector<std::filesystem::path> read = process::needs_of(emulator);
    const std::filesystem::path program =
        std::filesystem::weakly_canonical(process::find_program(emulator));
    read.insert(read.end(), {"/usr/share", program.parent_path().parent_path() / "share"});
    return {{std::move(read), {}}, true};
}

void Arrivals::add_page(unsigned cpu, const lib::PhysicalMemory& memory) {
    const auto page =
        memory.at(x86::PhysicalAddress{trampoline::page_address}, trampoline::page_size);
    pages_.emplace(cpu, std::vector(page.begin(), page.end()));
}

void Arrivals::add_left(unsigned cpu, const evidence::Registers& registers) {
    seen_.at(cpu).left = registers;
    ++left_;
}

unsigned Numbering::emulators(unsigned cpu) const {
    if (!rotated_ || cpu == 0 || cpu >= cpus_)
        return cpu;
    return cpu + 1 == cpus_ ? 1 : cpu + 1;
}

unsigned Numbering::kernels(unsigned number) const {
    if (!rotated_ || number == 0 || number >= cpus_)
        return number;
    return number == 1 ? cpus_ - 1 : number - 1;
}

namespace {

// As firmware/second_machine.asm gives them to an xAPIC; what is an x2APIC it leaves as it is.
std::uint32_t lapic_id(const Capture& capture, evidence::Engine engine, unsigned number) {
    const bool other = capture.second_machine && engine == evidence::Engine::qemu && number != 0;
    return other ? 0xb4 + 3 * number : number;
}

}  // namespace

evidence::Evidence evidence_of(const Capture& capture, evidence::Engine engine,
                               std::span<const std::optional<evidence::Registers>> registers,
                               evidence::End stopped) {
    evidence::Evidence evidence;
    evidence.engine = engine;
    evidence.way = capture.way;
    evidence.second_machine = capture.second_machine;
    evidence.cpus_requested = capture.cpus_requested;
    evidence.end = capture.end.value_or(stopped);
    evidence.serial = capture.serial;
    evidence.seconds = capture.seconds;
    evidence.processor_seconds = capture.processor_seconds;
    evidence.engine_error = capture.error;
    if (evidence.end == evidence::End::engine_failed)
        return evidence;
    const Numbering numbering{capture.way, static_cast<unsigned>(registers.size())};
    for (unsigned number = 0; number < registers.size(); ++number) {
        evidence::Cpu& cpu = evidence.cpus.emplace_back();
        cpu.cpu = number;
        const unsigned emulators = numbering.emulators(number);
        cpu.apic_id = lapic_id(capture, engine, emulators);
        cpu.registers = registers[emulators];
        if (const auto arrival = capture.arrivals.find(emulators);
            arrival != capture.arrivals.end())
            cpu.arrival = arrival->second;
        if (const auto page = capture.pages.find(emulators); page != capture.pages.end())
            cpu.found = page->second;
    }
    return evidence;
}

evidence::Evidence failed(const Request& request, evidence::Engine engine, std::string why) {
    evidence::Evidence evidence;
    evidence.engine = engine;
    evidence.cpus_requested = request.cpus;
    evidence.engine_error = std::move(why);
    return evidence;
}

}  // namespace engine
