#include <algorithm>
#include <fmt/format.h>
#include <vector>

#include "checker/diagnosis/cpus.h"
#include "checker/diagnosis/exhibits.h"
#include "checker/evidence/kernel_names.h"
#include "checker/evidence/questions.h"
#include "checker/evidence/words.h"
#include "x86/control_registers.h"

namespace diagnosis {

namespace {

using evidence::Handshake;

// 00 00, in whatever mode.
bool on_zeros(const Cpu& cpu) {
    const std::string& text = cpu.where.instruction;
    return cpu.where.symbol.empty() &&
           (text == "add [bx+si], al" || text == "add [eax], al" || text == "add [rax], al");
}

// The AP whose start the BSP is in the middle of.
const Cpu* being_started(const Scene& scene) {
    return first_cpu(scene, [](const Cpu& cpu) { return cpu.handshake == Handshake::starting; });
}

bool is_inside(const Cpu& cpu, std::string_view function) {
    return cpu.where.symbol == function || is_below(cpu, function);
}

// It has had its INIT, and no SIPI that could reach it.
bool waits_for_sipi(const Scene& scene, const Cpu& cpu) {
    if (!still_waits(scene, cpu))
        return false;
    return at_the_reset_vector(cpu) || inits_alone(scene, cpu) != 0 ||
           (scene.flaws &&
            std::ranges::any_of(*scene.flaws, [&](const judgement::CommandFlaw& flaw) {
                return flaw.cpu == cpu.cpu &&
                       flaw.kind == judgement::CommandFlaw::Kind::sipi_missing;
            }));
}

// In which of the functions of that wait it is, and whether halted, depends on when it was stopped.
bool waits_for_start(const Scene& scene, const Cpu& cpu) {
    return cpu.cpu == 0 && being_started(scene) && !cpu.lock &&
           is_inside(cpu, evidence::kernel_names::wake_aps) && !place_in_seam(scene, cpu);
}

// The file's own name: its folder is in other lines, and these are long. How far a CPU has gone
// astray depends on when it was stopped, too.
std::string stands_at(const Scene& scene, const Cpu& cpu) {
    const Location where = evidence::stand(cpu);
    if (cpu.cpu == 0 && evidence::came_to_its_end(scene.evidence))
        return "its end: power off";
    if (in_firmware(cpu))
        return "the firmware";
    if (waits_for_start(scene, cpu))
        return std::string{evidence::kernel_names::wake_aps};
    const bool astray = where.symbol.empty() && where.file.empty();
    if (astray && cpu.registers && !cpu.registers->halted) {
        constexpr std::uint64_t mib = 1 << 20;
        return fmt::format("{}, {} 1 MiB", on_zeros(cpu) ? "zeros" : "no code of the kernel",
                           where.address < mib ? "below" : "above");
    }
    if (astray)
        return fmt::format("{:#x}", where.address);
    const std::string file =
        where.file.empty() || cpu.lock
            ? ""
            : fmt::format("{}:{}", where.file.substr(where.file.rfind('/') + 1), where.line);
    const bool tells_enough = where.file.ends_with(".asm") || file.starts_with(where.symbol + ".");
    return tells_enough ? file
                        : fmt::format("{}{}{}", where.symbol,
                                      where.symbol.empty() || file.empty() ? "" : " ", file);
}

std::string loop_in(const Cpu& cpu, const evidence::Loop& loop) {
    std::string text = loop.endless ? "nothing: a loop with no way out" : "a loop to end";
    if (loop.first_line != 0)
        text += loop.first_line == loop.last_line
                    ? fmt::format(", line {}", loop.first_line)
                    : fmt::format(", lines {} to {}", loop.first_line, loop.last_line);
    if (!loop.reads.empty() && !loop.endless)
        text += fmt::format(", which reads {}", fmt::join(loop.reads, " and "));
    return cpu.where.file.empty() ? "" : text;
}

}  // namespace

std::string waits_for(const Scene& scene, const Cpu& cpu) {
    if (cpu.lock)
        return fmt::format("the lock \"{}\"{}", cpu.lock->name,
                           !cpu.lock->owner ? ""
                           : *cpu.lock->owner == cpu.cpu
                               ? ", which it holds itself"
                               : fmt::format(", which CPU {} holds", *cpu.lock->owner));
    if (waits_for_start(scene, cpu))
        return fmt::format("CPU {} to come up, until its deadline", being_started(scene)->cpu);
    if (waits_for_sipi(scene, cpu))
        return "a SIPI";
    if (halted_for_good(cpu))
        return evidence::started(cpu) || !still_waits(scene, cpu) ? "NMI or INIT" : "INIT and SIPI";
    if (cpu.registers && cpu.registers->halted)
        return "an interrupt";
    if (scene.in_seam(cpu.where) && cpu.loop)
        return loop_in(cpu, *cpu.loop);
    return "";
}

bool hung(const Scene& scene) {
    if (scene.outcome == judgement::Outcome::hang)
        return true;
    return scene.evidence.end == End::powered_off && !scene.oldest &&
           first_cpu(scene, [](const Cpu& cpu) { return cpu.handshake == Handshake::given_up; });
}

Exhibit each_cpu(const Scene& scene) {
    std::vector<std::vector<std::string>> rows{{"CPU", "mode", "", "IF", "stands at", "waits for"}};
    for (const Cpu& cpu : scene.evidence.cpus)
        if (cpu.registers) {
            const bool waits = waits_for_start(scene, cpu);
            const bool enabled = x86::Rflags{cpu.registers->rflags}.has(x86::rflags::if_);
            rows.push_back({std::to_string(cpu.cpu),
                            std::string{evidence::short_name(evidence::mode_of(*cpu.registers))},
                            waits                   ? "waiting"
                            : cpu.registers->halted ? "halted"
                                                    : "running",
                            waits     ? ""
                            : enabled ? "1"
                                      : "0",
                            stands_at(scene, cpu), waits_for(scene, cpu)});
        }
    return {"each CPU", evidence::columns(rows)};
}

}  // namespace diagnosis
