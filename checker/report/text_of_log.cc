#include <algorithm>
#include <fmt/format.h>

#include "checker/evidence/words.h"
#include "checker/report/text.h"

namespace report {

namespace {

using evidence::Engine;
using evidence::Evidence;
using evidence::Log;
using evidence::Reporter;

struct Teller {
    std::string_view name;
    std::string_view whose;  // the report is, and what follows from that
};

Teller who_tells(const Evidence& evidence) {
    if (!evidence.log->reporter)
        return {evidence::name(evidence.engine), ""};
    switch (*evidence.log->reporter) {
        case Reporter::kvm:
            return {"KVM",
                    "QEMU's, of a machine under KVM, which gave up. Made under KVM: exceptions are "
                    "not logged. The same boot with -accel tcg -d int,cpu_reset logs them."};
        case Reporter::firmware:
            return {"UEFI firmware",
                    "The handler of UEFI firmware (EDK II, as in OVMF) printed it, so the IDT was "
                    "still the firmware's. It is no triple fault, and no log of the emulator's."};
        case Reporter::virtualbox:
            return {"VirtualBox",
                    "VirtualBox's, when it stopped the guest. It logs no exceptions; registers are "
                    "as they were at the end."};
    }
    return {};
}

constexpr const char* how_to_have_its_end =
    "Let QEMU end by itself, with -no-reboot and -d int,cpu_reset.";

// The log has no triple fault, but exceptions of which no handler can be seen to have come.
bool ends_before(const Evidence& evidence) {
    return evidence.log->triple_faults == 0 && !evidence.log->reporter &&
           evidence::oldest_exception(evidence.cpus.front()) != nullptr;
}

std::string outcome(const Evidence& evidence, const Style& style) {
    const Log& log = *evidence.log;
    if (log.triple_faults != 0)
        return style.red("triple fault");
    if (ends_before(evidence))
        return style.red("cut off");
    if (log.reporter)
        return style.red(log.reporter == Reporter::firmware ? "exception" : "stopped");
    return style.yellow("no triple fault");
}

// Without a death in it: what was logged last, of which nobody knows whether it matters.
std::string no_death(const Evidence& evidence, const diagnosis::Diagnosis& found,
                     const Style& style) {
    const Log& log = *evidence.log;
    const std::size_t count = log.exceptions;
    std::string text = fmt::format(
        "  {}\n\n",
        style.bold(fmt::format("The log has no triple fault in it{}",
                               count == 0 ? ", and no exception."
                                          : fmt::format("; {} exception{} delivered to a handler.",
                                                        count, count == 1 ? " was" : "s were"))));
    if (count != 0) {
        const auto last =
            std::ranges::find(found.exhibits, diagnosis::before_it, &diagnosis::Exhibit::label);
        return text + row("the last", label_width, last->lines) + "\n" +
               paragraph(
                   "What to do",
                   fmt::format("If the machine died after these, the log is cut off before. {}",
                               how_to_have_its_end),
                   style);
    }
    if (!log.resets_alone)
        return text + paragraph("What to do",
                                evidence.engine == Engine::qemu
                                    ? "Exceptions are logged with -d int, and not under KVM. If "
                                      "the machine did reset, something asked it to: the keyboard "
                                      "controller, port 0xcf9, ACPI."
                                    : "Exceptions are logged where debug messages of the CPUs are "
                                      "reported: debug: action=ignore, cpu0=report.",
                                style);
    const bool found_running = evidence.cpus.front().registers.has_value();
    if (found_running && found.id != diagnosis::unknown_id)
        text += paragraph("If it died", fmt::format("{} ({})", found.cause, found.id), style);
    if (found_running)
        text += exhibits(found, style) + "\n";
    return text +
           paragraph(
               "What to do",
               fmt::format("The log has resets alone{}. Made under KVM, exceptions are not logged, "
                           "nor is a triple fault; and without -d int they are not either. Run it "
                           "with -accel tcg -d int,cpu_reset. If nothing is in that log, something "
                           "asked for the reset: the keyboard controller, port 0xcf9, ACPI.",
                           found_running ? ": the registers are as the last one found them" : ""),
               style);
}

std::string unknowns(const Evidence& evidence, const Sources& sources) {
    const Log& log = *evidence.log;
    const evidence::Cpu& cpu = evidence.cpus.front();
    const evidence::Exception* oldest = evidence::oldest_exception(cpu);
    std::string text = "A log has no memory: not the page tables, the descriptors, nor the stack.";
    if (!log.names_cpu && !log.reporter)
        text += fmt::format(
            " {} does not say which CPU it was{}.", who_tells(evidence).name,
            log.reset_hides_it ? ", nor does the reset after it: QEMU 11 shows each CPU as the "
                                 "reset left it"
            : evidence.cpus_requested > 1 ? ": before QEMU 11, with -d cpu_reset and without "
                                            "-no-reboot, the reset after it does"
                                          : "");
    if (evidence.engine == Engine::bochs)
        text += " Bochs does not log the GDT's and the IDT's registers.";
    if (evidence.engine == Engine::bochs && !oldest)
        text += " Bochs logs exceptions where the CPUs' debug messages are reported.";
    if (!log.reporter && log.resets_alone)
        text += " QEMU logs exceptions with -d int; this log has -d cpu_reset alone.";
    if (sources.elf.empty() || !sources.misfit.empty())
        text +=
            " Which instruction it was, ELF=kernel.elf tells, if it is the build that was logged.";
    else if (oldest && oldest->where.symbol.empty() && oldest->where.instruction.empty())
        text += fmt::format(" In {} there is no code at that address.", sources.elf);
    return text;
}

// Of the ELF file: that it is another's, or what it lacks.
std::string about_elf(const Sources& sources, const Style& style) {
    const std::string text =
        !sources.misfit.empty()
            ? fmt::format("{} is not the kernel of this log, and was not used: {}.", sources.elf,
                          sources.misfit)
            : (sources.lacks.empty() ? "" : fmt::format("{} has {}.", sources.elf, sources.lacks));
    return paragraph("ELF file", text, style);
}

}  // namespace

std::string text(const Evidence& evidence, const diagnosis::Diagnosis& found,
                 const Sources& sources, const Style& style) {
    const Log& log = *evidence.log;
    const Teller teller = who_tells(evidence);
    const std::string headline =
        fmt::format("{:<48} {}\n\n",
                    fmt::format("{}, of {}{}{}", printable(sources.log), teller.name,
                                log.version.empty() ? "" : " ", printable(log.version)),
                    outcome(evidence, style));
    if (log.triple_faults == 0 && !log.reporter && !ends_before(evidence))
        return headline + no_death(evidence, found, style) + about_elf(sources, style);
    std::string text = headline + explanation(found, style) +
                       paragraph("It says", printable(log.said), style) +
                       about_elf(sources, style) + paragraph("Whose it is", teller.whose, style);
    if (log.cut_out)
        text += paragraph("Cut out",
                          "The registers were cut out of this log. Below each exception stand some "
                          "twenty lines of them, with CR0, CR2, CR3, CR4 and EFER: give the log as "
                          "it was written.",
                          style);
    if (ends_before(evidence))
        text += paragraph("Cut off",
                          fmt::format("No triple fault follows in this log: it ends before, or a "
                                      "handler took the last of these. {}",
                                      how_to_have_its_end),
                          style);
    text += paragraph("Not known", unknowns(evidence, sources), style);
    if (log.triple_faults > 1)
        text += paragraph(
            "", fmt::format("This is the first of {} triple faults in the log.", log.triple_faults),
            style);
    return text;
}

}  // namespace report
