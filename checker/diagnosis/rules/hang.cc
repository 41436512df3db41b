// What holds a CPU up in the student's code: locks, HLT, loops; and a panic.
#include <algorithm>
#include <fmt/format.h>

#include "checker/diagnosis/cpus.h"
#include "checker/diagnosis/rules/rules.h"
#include "checker/evidence/kernel_names.h"
#include "checker/evidence/words.h"

namespace diagnosis::rules {

namespace {

const Cpu* panicking(const Scene& scene) {
    const auto& number = scene.evidence.panic_cpu;
    return scene.evidence.end == End::panicked && number ? cpu_numbered(scene, *number) : nullptr;
}

// The first of its callers that `is_it` is not true of any more, after one of which it is.
template <class Predicate>
const Location* caller_of(const Cpu& cpu, Predicate is_it) {
    const auto inside = std::ranges::find_if(cpu.callers, is_it);
    const auto caller = std::find_if_not(inside, cpu.callers.end(), is_it);
    return caller == cpu.callers.end() ? nullptr : &*caller;
}

Exhibit called_from(const Location& place) {
    return {"called from", {fmt::format("{} in {}", lines_of(place), place.symbol)}};
}

std::vector<Exhibit> with(const Location* place) {
    return place ? std::vector{called_from(*place)} : std::vector<Exhibit>{};
}

// The name between the quotes of what lib::Spinlock::lock says when it panics.
std::string lock_in(std::string_view panic) {
    const std::size_t begin = panic.find('"'), end = panic.rfind('"');
    return begin >= end ? "" : std::string{panic.substr(begin, end - begin + 1)};
}

bool in_lock(const Location& place) {
    return place.symbol == evidence::kernel_names::lock ||
           place.symbol.starts_with(evidence::kernel_names::lock_guard);
}

std::optional<Explanation> lock_held_by_itself(const Scene& scene) {
    const Cpu* cpu = panicking(scene);
    const bool waits = cpu && is_below(*cpu, evidence::kernel_names::lock);
    if (!waits || scene.evidence.panic_text.find("which it holds itself") == std::string::npos)
        return {};
    const Location* place = caller_of(*cpu, in_lock);
    return Explanation{.cause = fmt::format("CPU {} waits for the lock {}, which it holds itself.",
                                            cpu->cpu, lock_in(scene.evidence.panic_text)),
                       .cpu = cpu->cpu,
                       .exhibits = with(place)};
}

std::optional<Explanation> lock_never_released(const Scene& scene) {
    // Whoever is still in the student's code may be about to give it back.
    const Cpu* waiting = stuck_in_seam(scene, [&](const Cpu& cpu) {
        const bool by_another = cpu.lock && cpu.lock->owner && *cpu.lock->owner != cpu.cpu;
        const Cpu* owner = by_another ? cpu_numbered(scene, *cpu.lock->owner) : nullptr;
        return owner && !place_in_seam(scene, *owner);
    });
    if (!waiting)
        return {};
    return Explanation{
        .cause =
            fmt::format("CPU {} waits for the lock \"{}\", which CPU {} took and never gave back.",
                        waiting->cpu, waiting->lock->name, *waiting->lock->owner),
        .cpu = waiting->cpu,
        .exhibits = with(place_in_seam(scene, *waiting))};
}

std::optional<Explanation> halted_with_interrupts_off(const Scene& scene) {
    const Cpu* cpu = stuck_in_seam(scene, halted_for_good);
    if (!cpu)
        return {};
    const Location& place = *place_in_seam(scene, *cpu);
    const bool for_a_bit = scene.evidence.second_machine && scene.judges(labs::nx_wp);
    return Explanation{.cause = fmt::format("CPU {} halted with interrupts off, in {}.", cpu->cpu,
                                            lines_of(place)),
                       .detail = for_a_bit ? "This machine's BSP has NXE and WP clear, and that is "
                                             "no error: an AP has what the BSP has."
                                           : "",
                       .advice = for_a_bit ? "Where the BSP's bit is clear, leave the AP's clear, "
                                             "and go on."
                                           : "",
                       .cpu = cpu->cpu,
                       .exhibits = &place == &cpu->where ? std::vector<Exhibit>{} : with(&place)};
}

std::optional<Explanation> endless_loop(const Scene& scene) {
    const Cpu* cpu = stuck_in_seam(scene, [&](const Cpu& one) {
        return scene.in_seam(one.where) && one.loop && one.loop->endless && one.registers &&
               !one.registers->halted;
    });
    if (!cpu)
        return {};
    return about(*cpu, "is in a loop that has no way out, at {}.", lines_of(cpu->where));
}

std::optional<Explanation> kernel_panic(const Scene& scene) {
    const Cpu* cpu = panicking(scene);
    if (!cpu || scene.oldest || scene.evidence.panic_text.empty())
        return {};
    const Location* place = caller_of(*cpu, [](const Location& each) {
        // A template's name begins with what it returns.
        return each.symbol.find(evidence::kernel_names::any_panic) != std::string::npos ||
               each.symbol == evidence::kernel_names::begin_panic;
    });
    const Location* seam = place_in_seam(scene, *cpu);
    return Explanation{
        .cause = fmt::format("CPU {} stopped the machine by a panic{}{}: \"{}\".", cpu->cpu,
                             place ? fmt::format(", in {}", place->symbol) : "",
                             seam ? fmt::format(", for your own code at {}", lines_of(*seam)) : "",
                             scene.evidence.panic_text),
        .cpu = cpu->cpu,
        .exhibits = with(place)};
}

// The AP that the BSP was starting has answered, whatever the BSP still waits for.
const Cpu* answered(const Scene& scene, const Cpu& waiting) {
    const auto& message = scene.evidence.message;
    if (waiting.cpu != 0 || !message || message->cpu >= scene.evidence.cpus.size())
        return nullptr;
    const Cpu& ap = scene.evidence.cpus[message->cpu];
    return ap.trace.empty() ? nullptr : &ap;
}

// The BSP does not come to the SIPI, for what it repeats before it.
std::optional<Explanation> sends_inits_alone(const Scene& scene) {
    const Cpu* ap = ap_being_started(scene);
    const Location* place =
        scene.bsp && held_up(scene, *scene.bsp) ? place_in_seam(scene, *scene.bsp) : nullptr;
    if (!scene.judges(labs::trampoline) || !ap || !place || inits_alone(scene, *ap) < 2)
        return {};
    return Explanation{
        .cause = fmt::format("CPU 0 sent CPU {} INIT after INIT, and not one SIPI: "
                             "start_ap() does not come to it.",
                             ap->cpu),
        .advice =
            "Send each command once, or a counted number of times: `cpu::send()` returns "
            "true when the LAPIC has handed it on.",
        .cpu = ap->cpu,
        .exhibits = with(place)};
}

std::optional<Explanation> seam_hang(const Scene& scene) {
    const Cpu* cpu = stuck_in_seam(scene, [](const Cpu&) { return true; });
    if (!cpu)
        return {};
    const Location& place = *place_in_seam(scene, *cpu);
    const bool halted = cpu->registers && cpu->registers->halted;
    // In a loop that calls something it is a matter of chance where the end finds it.
    const std::string_view how = halted && &place == &cpu->where
                                     ? "it was halted there at the end"
                                     : "it was still there at the end, or in what that had called";
    const bool deaf = !halted && cpu->loop && cpu->registers &&
                      !x86::Rflags{cpu->registers->rflags}.has(x86::rflags::if_);
    const Cpu* ap = answered(scene, *cpu);
    Explanation explanation{
        .cause = fmt::format("CPU {} never came back from your own code: {}.", cpu->cpu, how),
        .detail = deaf ? "Its RFLAGS.IF is 0, so that no interrupt reaches it: what its loop waits "
                         "for can come from no handler of this CPU's."
                  : ap ? fmt::format("CPU {} had started by then, and its letters are in the "
                                     "mailbox; no AP writes to `message`.",
                                     ap->cpu)
                       : "",
        .cpu = cpu->cpu};
    if (&place != &cpu->where)
        explanation.exhibits.push_back({"called from", {describe(place)}});
    return explanation;
}

}  // namespace

const RuleList hang_rules{
    {"lock-held-by-itself", lock_held_by_itself},
    {"lock-never-released", lock_never_released},
    {"halted-with-interrupts-off", halted_with_interrupts_off},
    {"endless-loop", endless_loop},
    {"sipi-missing", sends_inits_alone},
    {"seam-hang", seam_hang},
    {"kernel-panic", kernel_panic},
};

}  // namespace diagnosis::rules
