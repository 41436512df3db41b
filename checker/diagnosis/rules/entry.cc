// The call into C++: the entry, and what it is given.
#include <bit>
#include <cstring>
#include <fmt/format.h>

#include "checker/diagnosis/cpus.h"
#include "checker/diagnosis/operand.h"
#include "checker/diagnosis/rules/rules.h"
#include "checker/diagnosis/seam_code.h"
#include "checker/evidence/questions.h"
#include "checker/guest/code.h"
#include "trampoline/mailbox.h"

namespace diagnosis::rules {

namespace {

// ap_entry64, as the kernel's symbols say; 0 where they were not read.
std::uint64_t entry(const Scene& scene) {
    return scene.evidence.trampoline ? scene.evidence.trampoline->entry : 0;
}

// Stands in the trampoline's 64-bit half, after R or J: it looked at its entry and went no further.
// The jump that decided it.
std::optional<ReadLine> refused_its_entry(const Scene& scene) {
    const bool stopped = scene.outcome == judgement::Outcome::hang && !scene.oldest &&
                         scene.registers() && scene.registers()->cs.long_mode &&
                         (scene.cpu->trace.ends_with('R') || scene.cpu->trace.ends_with('J')) &&
                         in_trampoline(scene.cpu->where.address) && entry(scene) != 0;
    return stopped ? branch_leads_here(scene, *scene.cpu, "long_mode.asm") : std::nullopt;
}

// "CPU 1 refused"; where J says that it was accepted, both.
std::string did(const Scene& scene, bool called) {
    return fmt::format("CPU {} {}", scene.cpu->cpu,
                       called                            ? "called"
                       : scene.cpu->trace.ends_with('J') ? "left 'J', and then refused"
                                                         : "refused");
}

// What was called and could not be fetched; or was no address at all, which is #GP: at the CALL, or
// in QEMU behind it.
std::optional<std::uint64_t> called_nothing(const Scene& scene) {
    if (!scene.oldest || !scene.registers() || !scene.cpu->trace.ends_with('W') ||
        scene.cpu->arrival || entry(scene) == 0)
        return {};
    const Location& where = scene.oldest->where;
    const bool general_protection = scene.raised(ExceptionVector::general_protection);
    const bool no_address = !x86::is_canonical(x86::VirtualAddress{where.address});
    if ((scene.fetch_fault() || (general_protection && no_address)) &&
        !in_trampoline(where.address) && where.address != entry(scene))
        return where.address;
    if (!general_protection || !where.instruction.starts_with("call") ||
        !in_trampoline(where.address))
        return {};
    const auto target = source_value(where.instruction, *scene.registers());
    return target && !x86::is_canonical(x86::VirtualAddress{*target}) ? target : std::nullopt;
}

std::optional<Explanation> entry_truncated(const Scene& scene) {
    const std::uint64_t half = entry(scene) & low_32_bits;
    const bool called = called_nothing(scene) == half;
    const bool refused = refused_its_entry(scene).has_value() &&
                         evidence::any_register_is(*scene.registers(), half) &&
                         !evidence::any_register_is(*scene.registers(), entry(scene));
    if (!called && !refused)
        return {};
    return Explanation{fmt::format("{} the low 32 bits of its entry: {:#x} instead of {:#x}.",
                                   did(scene, called), half, entry(scene))};
}

// Left the trampoline through its call, and not to its entry.
bool called_something_else(const Scene& scene) {
    if (!scene.cpu || !scene.registers() || !scene.cpu->trace.ends_with('W') ||
        scene.cpu->arrival || entry(scene) == 0 || !scene.registers()->cs.long_mode)
        return false;
    const Location& where = scene.oldest ? scene.oldest->where : scene.cpu->where;
    return !in_trampoline(where.address) && where.symbol.empty() && where.address != entry(scene) &&
           !evidence::any_register_is(*scene.registers(), entry(scene));
}

// CALL took its target from where the entry points to. QEMU faults behind it, Bochs at it.
bool called_what_lies_at_the_entry(const Scene& scene) {
    if (!scene.raised(ExceptionVector::general_protection) || !scene.registers() ||
        !scene.cpu->trace.ends_with('W') || scene.cpu->arrival || entry(scene) == 0 ||
        !evidence::any_register_is(*scene.registers(), entry(scene)))
        return false;
    const Location& where = scene.oldest->where;
    return in_trampoline(where.address)
               ? where.instruction.starts_with("call") && where.instruction.ends_with(']')
               : called_nothing(scene).has_value();
}

// What an instruction has made of the entry, as far as the number shows it.
std::string what_became_of(std::uint64_t entry, std::uint64_t called) {
    constexpr unsigned most = 12;
    for (unsigned count = 1; count <= most; ++count)
        if (called == entry << count || called == entry >> count)
            return fmt::format(", shifted by {}", count);
    if (std::has_single_bit(entry ^ called))
        return fmt::format(" with bit {} changed", std::countr_zero(entry ^ called));
    return called == ~entry ? ", inverted" : called == 0 - entry ? ", negated" : "";
}

std::optional<Explanation> entry_lost(const Scene& scene) {
    if (called_what_lies_at_the_entry(scene))
        return Explanation{
            .cause = fmt::format("CPU {} called what lies at its entry, {:#x}: the code there was "
                                 "taken for an address.",
                                 scene.cpu->cpu, entry(scene)),
            .detail = "The register held the entry, rightly.",
            .advice = "CALL the register: brackets take the target from memory."};
    constexpr std::string_view lost =
        "Either it was not read into one, or something has changed it on the way: `leave_stage` "
        "changes EAX, ECX and EDX; a shift, BTR, BTS and BTC change the register that they test.";
    const auto called = called_nothing(scene);
    if (!called && called_something_else(scene)) {
        const bool halted = !scene.oldest && scene.registers()->halted;
        const bool never_read = !scene.reached('R');
        return Explanation{
            .cause = fmt::format(
                "CPU {} called something else than its entry, {:#x}: it {} at {:#x}, which is "
                "nobody's.",
                scene.cpu->cpu, entry(scene), halted ? "has halted" : "runs",
                halted ? scene.cpu->where.address : guest::linear_rip(*scene.registers())),
            .detail = never_read ? "It left `W` and no `R`: its way went past the code that reads "
                                   "RSP and the entry from the mailbox."
                                 : std::string{lost},
            .advice = never_read ? "Look where the far jump leads: to the first line of the 64-bit "
                                   "code, which loads the stack and the entry."
                                 : ""};
    }
    if (!called &&
        (!refused_its_entry(scene) || evidence::any_register_is(*scene.registers(), entry(scene))))
        return {};
    const std::uint64_t in_mailbox = evidence::mailbox_in(*scene.evidence.trampoline).entry;
    if (scene.judges(labs::trampoline) && in_mailbox != entry(scene))
        return {};  // then the mailbox is what is wrong
    constexpr std::uint64_t field =
        trampoline::mailbox_address + offsetof(trampoline::Mailbox, entry);
    const bool address =
        called ? *called == field : evidence::any_register_is(*scene.registers(), field);
    if (address)
        return Explanation{
            .cause =
                fmt::format("{} {:#x}: that is where the mailbox keeps its entry, not the entry.",
                            did(scene, called.has_value()), field),
            .detail = fmt::format("At that address lies {:#x}.", in_mailbox)};
    // A CALL that was executed has pushed its return address.
    const std::uint64_t rsp = scene.registers()->rsp +
                              (scene.oldest && in_trampoline(scene.oldest->where.address) ? 0 : 8);
    const std::uint64_t top = evidence::mailbox_in(*scene.evidence.trampoline).stack_top;
    const bool popped = called && rsp > top && rsp - top <= sizeof(trampoline::Mailbox);
    const std::string became = called ? what_became_of(entry(scene), *called) : "";
    if (!became.empty())
        return Explanation{
            .cause = fmt::format("CPU {} called {:#x}: its entry, {:#x}{}.", scene.cpu->cpu,
                                 *called, entry(scene), became),
            .detail = "SHL, SHR, BTR, BTS and BTC change the register that they test.",
            .advice = "Test the entry by what leaves it as it is, BT or TEST, or test a copy."};
    return Explanation{
        .cause = called ? fmt::format("CPU {} called {:#x}; its entry is {:#x}.", scene.cpu->cpu,
                                      *called, entry(scene))
                        : did(scene, false) + " its entry, and no register holds it.",
        .detail = popped
                      ? fmt::format(
                            "RSP was {:#x} at the call, and the AP's stack ends at {:#x}: what is "
                            "popped with RSP there is not the mailbox's.",
                            rsp, top)
                      : fmt::format("The mailbox has {:#x}. {}", in_mailbox, lost),
        .advice = popped ? "Read the entry before RSP is loaded, or by MOV." : ""};
}

std::optional<Explanation> entry_check_wrong(const Scene& scene) {
    const auto jump = refused_its_entry(scene);
    if (!jump)
        return {};
    // The disassembler calls JG JNLE. [sdm2 Jcc]
    const bool is_signed = jump->text.starts_with("jl") || jump->text.starts_with("jnl");
    return Explanation{
        .cause = fmt::format("{} its entry, and a register holds the right one, {:#x}: so line {} "
                             "of long_mode.asm decided.",
                             did(scene, false), entry(scene), jump->line.line),
        .detail =
            jump->behind_stage
                ? fmt::format("Directly before line {} stands `leave_stage`: the flags that it "
                              "goes by are the stage's.",
                              jump->line.line)
            : is_signed
                ? "This jump takes the compared numbers as signed: an address in the higher "
                  "half is negative, and less than any in the lower half."
                : "",
        .advice = jump->behind_stage ? "Test the entry directly before the jump, and leave 'J' "
                                       "behind both: it says that the entry has been looked at."
                                     : ""};
}

std::optional<Explanation> mailbox_not_passed(const Scene& scene) {
    const Cpu* cpu = first_ap(scene, [](const Cpu& one) {
        return one.arrival && one.arrival->registers.rdi != trampoline::mailbox_address;
    });
    if (!cpu)
        return {};
    std::uint64_t content = 0;
    if (const auto& trampoline = scene.evidence.trampoline)
        std::memcpy(
            &content,
            trampoline->page.data() + (trampoline::mailbox_address - trampoline::page_address),
            sizeof(content));
    const std::uint64_t rdi = cpu->arrival->registers.rdi;
    constexpr auto low_16 = static_cast<std::int16_t>(trampoline::mailbox_address);
    const bool is_extended = rdi == static_cast<std::uint64_t>(std::int64_t{low_16}) ||
                             rdi == static_cast<std::uint32_t>(std::int32_t{low_16});
    return Explanation{
        .cause = fmt::format("CPU {} entered C++ with {:#x} in RDI; the mailbox lies at {:#x}.",
                             cpu->cpu, rdi, trampoline::mailbox_address),
        .detail = content != 0 && rdi == content
                      ? "Here that is what the mailbox begins with, not where it is."
                  : is_extended ? "Its lower half is right; bit 15 was copied to all above it, as "
                                  "MOVSX does, and a MOV of 16 bits with its sign."
                                : "",
        .advice =
            is_extended ? "Load EDI with the address, 32 bits of it, or extend it by zeroes." : "",
        .cpu = cpu->cpu};
}

}  // namespace

const RuleList entry_rules{
    {"entry-truncated", entry_truncated},
    {"entry-lost", entry_lost},
    {"entry-check-wrong", entry_check_wrong},
    {"mailbox-not-passed", mailbox_not_passed},
};

}  // namespace diagnosis::rules
