#include "checker/diagnosis/cpus.h"

#include <array>
#include <fmt/format.h>

#include "checker/guest/code.h"
#include "x86/control_registers.h"

namespace diagnosis {

using evidence::Handshake;

namespace {

// Halted where a firmware parks its APs: in its ROM, or in the last KiB of low memory.
bool asleep_in_firmware(const Cpu& cpu) {
    constexpr std::uint64_t firmwares = 0x9f000;
    return cpu.registers && cpu.registers->halted && !awake(cpu) && !at_the_reset_vector(cpu) &&
           cpu.where.symbol.empty() && guest::linear_rip(*cpu.registers) >= firmwares;
}

}  // namespace

const Cpu* cpu_numbered(const Scene& scene, unsigned number) {
    return first_cpu(scene, [=](const Cpu& cpu) { return cpu.cpu == number; });
}

const Location* place_in_seam(const Scene& scene, const Cpu& cpu) {
    const auto in_seam = [&](const Location& place) { return scene.in_seam(place); };
    if (in_seam(cpu.where))
        return &cpu.where;
    const auto caller = std::ranges::find_if(cpu.callers, in_seam);
    return caller == cpu.callers.end() ? nullptr : &*caller;
}

bool held_up(const Scene& scene, const Cpu& cpu) {
    if (scene.oldest)
        return false;
    if (scene.evidence.end == End::timed_out)
        return true;
    return scene.evidence.end == End::powered_off && cpu.cpu != 0 &&
           cpu.handshake != Handshake::online && !evidence::at_work(cpu);
}

bool halted_for_good(const Cpu& cpu) {
    return cpu.registers && cpu.registers->halted &&
           !x86::Rflags{cpu.registers->rflags}.has(x86::rflags::if_);
}

bool awake(const Cpu& cpu) {
    return cpu.registers && in_long_mode(*cpu.registers);
}

bool in_real_mode(const Cpu& cpu) {
    return cpu.registers && !cpu.registers->control.cr0.has(x86::cr0::pe);
}

bool at_the_reset_vector(const Cpu& cpu) {
    return in_real_mode(cpu) && cpu.registers->cs.base == 0xffff0000 &&
           cpu.registers->rip == 0xfff0;
}

std::size_t inits_alone(const Scene& scene, const Cpu& cpu) {
    std::size_t inits = 0;
    const auto& sent = scene.evidence.sent;
    for (const auto& each : sent ? sent->first : std::vector<observed::SentCommand>{})
        if (each.started == cpu.cpu && each.command().mode() == x86::DeliveryMode::startup)
            return 0;
        else if (each.started == cpu.cpu && judgement::is_start(each.command()))
            ++inits;
    return inits == 1 && sent->count > sent->first.size() ? 0 : inits;
}

bool took_a_sipi(const Scene& scene, const Cpu& cpu) {
    using enum judgement::CommandFlaw::Kind;
    constexpr std::array harmless{level_missing, init_with_vector, wrong_page, page_late,
                                  message_late};
    return scene.flaws && cpu.handshake != Handshake::unknown && inits_alone(scene, cpu) == 0 &&
           std::ranges::all_of(*scene.flaws, [&](const judgement::CommandFlaw& flaw) {
               return flaw.cpu != cpu.cpu || std::ranges::count(harmless, flaw.kind) != 0;
           });
}

bool still_waits(const Scene& scene, const Cpu& cpu) {
    return at_the_reset_vector(cpu) || (asleep_in_firmware(cpu) && !took_a_sipi(scene, cpu));
}

std::string where_it_halted(const Cpu& cpu) {
    return halted_for_good(cpu) ? "Here it came to a HLT." : "";
}

bool was_never_started(const Scene& scene, const Cpu& cpu) {
    return still_waits(scene, cpu) ||
           (commands_are_known(scene) && !judgement::may_have_had_sipi(scene.evidence, cpu.cpu));
}

const Cpu* ap_being_started(const Scene& scene) {
    return first_cpu(scene, [](const Cpu& cpu) {
        return cpu.cpu != 0 &&
               (cpu.handshake == Handshake::starting || cpu.handshake == Handshake::given_up);
    });
}

std::optional<StartingAp> starting_ap(const Scene& scene) {
    const Cpu* cpu = scene.oldest ? scene.cpu : ap_being_started(scene);
    if (!cpu || cpu->cpu == 0 || !cpu->registers || cpu->arrival || still_waits(scene, *cpu) ||
        (scene.cpu && scene.cpu != cpu))
        return {};
    return StartingAp{cpu, scene.cpu ? scene.registers() : &*cpu->registers,
                      scene.oldest ? &scene.oldest->where : &cpu->where};
}

const Cpu* silent_ap(const Scene& scene) {
    if (scene.cpu || scene.evidence.end == End::panicked ||
        (scene.bsp && place_in_seam(scene, *scene.bsp)))
        return nullptr;
    // Where the kernel's notes could be read, it has tried those that it has notes of.
    const auto noted = [](const Cpu& cpu) { return cpu.handshake != Handshake::unknown; };
    const bool told = first_cpu(scene, noted) != nullptr;
    return first_cpu(scene, [&](const Cpu& cpu) {
        return cpu.cpu != 0 && !evidence::started(cpu) && (!told || noted(cpu));
    });
}

const Cpu* ap_without_a_letter(const Scene& scene) {
    return scene.judges(labs::trampoline) ? silent_ap(scene) : nullptr;
}

bool all_came_up(const Scene& scene) {
    return evidence::came_to_its_end(scene.evidence) && !scene.oldest &&
           std::ranges::all_of(scene.evidence.cpus, [](const Cpu& cpu) {
               return cpu.cpu == 0 || evidence::finished_start(cpu);
           });
}

const judgement::CommandFlaw* flaw(const Scene& scene, judgement::CommandFlaw::Kind kind) {
    return scene.judges(labs::trampoline) && scene.flaws ? first(*scene.flaws, kind) : nullptr;
}

bool in_x2apic_mode(const Scene& scene) {
    const auto& sent = scene.evidence.sent;
    return sent && !sent->first.empty() && sent->first.back().x2apic != 0;
}

bool commands_are_known(const Scene& scene) {
    return scene.flaws.has_value();
}

const Cpu* owner_of_its_record(const Scene& scene, const Cpu& cpu) {
    if (!awake(cpu) || cpu.registers->gs.base == 0)
        return nullptr;
    return first_cpu(scene, [&](const Cpu& other) {
        return other.cpu != cpu.cpu && other.record &&
               other.record->address == cpu.registers->gs.base;
    });
}

}  // namespace diagnosis
