#include "checker/explain/account.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "checker/causes/cause.h"
#include "checker/explain/decode.h"
#include "checker/judgement/control_flag.h"
#include "checker/report/layout.h"

namespace explain {

namespace {

using causes::Reporter;
using evidence::Exception;
using evidence::Registers;
using judgement::ControlFlag;
using Lines = std::vector<std::string>;

constexpr std::size_t width = 98;
constexpr std::size_t label_width = 11;

std::string row(std::string_view label, const Lines& lines) {
    return report::row(label, label_width, lines);
}

std::string paragraph(std::string_view label, std::string_view text) {
    return row(label, report::wrap(text, width - label_width - 4));
}

std::string_view engine_of(const Autopsy& autopsy) {
    if (autopsy.reporter == Reporter::kvm)
        return "KVM";
    if (autopsy.reporter == Reporter::firmware)
        return "UEFI firmware";
    if (autopsy.reporter == Reporter::virtualbox)
        return "VirtualBox";
    return autopsy.engine == evidence::Engine::qemu ? "QEMU" : "Bochs";
}

std::string outcome(const Autopsy& autopsy, const report::Style& style) {
    if (autopsy.triple_faults != 0)
        return style.red("triple fault");
    if (autopsy.reporter == Reporter::firmware)
        return style.red("exception");
    return autopsy.reporter ? style.red("stopped") : style.yellow("no triple fault");
}

// Whose report it is, and what follows from that.
std::string whose(const Autopsy& autopsy) {
    if (!autopsy.reporter)
        return "";
    switch (*autopsy.reporter) {
        case Reporter::kvm:
            return "QEMU's, of a machine under KVM, which gave up. Made under KVM: exceptions are "
                   "not logged. The same boot with -accel tcg -d int,cpu_reset logs them.";
        case Reporter::firmware:
            return "The handler of UEFI firmware (EDK II, as in OVMF) printed it, so the IDT was "
                   "still the firmware's. It is no triple fault, and no log of the emulator's.";
        case Reporter::virtualbox:
            return "VirtualBox's, when it stopped the guest. It logs no exceptions; registers are "
                   "as they were at the end.";
    }
    return "";
}

std::string headline(const Autopsy& autopsy, const Sources& sources, const report::Style& style) {
    const std::string of =
        fmt::format("{}, of {}{}{}", report::printable(sources.log), engine_of(autopsy),
                    autopsy.version.empty() ? "" : " ", report::printable(autopsy.version));
    return fmt::format("{:<48} {}\n\n", of, outcome(autopsy, style));
}

std::string on_one_line(const Autopsy& autopsy, const Exception& exception) {
    return fmt::format("{}{}, at {}", describe(autopsy, exception),
                       exception.cr2 ? fmt::format(", CR2 {:#x}", *exception.cr2) : "",
                       describe(exception.where));
}

std::vector<unsigned> bytes_of(const Autopsy& autopsy) {
    std::vector<unsigned> bytes;
    for (const std::byte byte : autopsy.code)
        bytes.push_back(static_cast<unsigned>(byte));
    return bytes;
}

std::string registers_of(const Autopsy& autopsy);

// Without exceptions and without a word of a triple fault: KVM, or somebody asked for a reset.
std::string reset_alone(const Autopsy& autopsy) {
    std::string text;
    if (autopsy.before) {
        if (const auto cause = causes::proven_cause(autopsy))
            text += paragraph("If it died", fmt::format("{} ({})", cause->text, cause->id));
        text += row("instruction", {describe(autopsy.stood_at)}) +
                row("CR2", {fmt::format("{:#x}, of the last page fault that there was",
                                        autopsy.before->cr2)}) +
                registers_of(autopsy) + "\n";
    }
    return text +
           paragraph(
               "What to do",
               fmt::format("The log has resets alone{}. Made under KVM, exceptions are not "
                           "logged, nor is a triple fault; and without -d int they are not "
                           "either. Run it with -accel tcg -d int,cpu_reset. If nothing is in "
                           "that log, something asked for the reset: the keyboard controller, "
                           "port 0xcf9, ACPI.",
                           autopsy.before ? ": the registers are as the last one found them" : ""));
}

// Without triple fault: what was logged last, of which nobody knows whether it matters.
std::string last_exceptions(const Autopsy& autopsy, const report::Style& style) {
    std::string text = fmt::format(
        "  {}\n",
        style.bold(fmt::format(
            "The log has no triple fault in it{}",
            autopsy.exceptions == 0
                ? ", and no exception."
                : fmt::format("; {} exception{} delivered to a handler.", autopsy.exceptions,
                              autopsy.exceptions == 1 ? " was" : "s were"))));
    if (autopsy.exceptions == 0 && autopsy.resets_alone)
        return text + "\n" + reset_alone(autopsy);
    if (autopsy.exceptions == 0)
        return text + "\n" +
               paragraph("What to do",
                         autopsy.engine == evidence::Engine::qemu
                             ? "Exceptions are logged with -d int, and not under KVM. If the "
                               "machine did reset, something asked it to: the keyboard "
                               "controller, port 0xcf9, ACPI."
                             : "Exceptions are logged where debug messages of the CPUs are "
                               "reported: debug: action=ignore, cpu0=report.");
    Lines lines;
    for (const Exception& each : autopsy.earlier)
        lines.push_back(on_one_line(autopsy, each));
    return text + "\n" + row("the last", lines) + "\n" +
           paragraph("What to do",
                     "If the machine died after these, the log is cut off before: let QEMU end "
                     "by itself, with -no-reboot and -d int,cpu_reset.");
}

std::string control_register(ControlFlag::Register which, const Registers& registers) {
    const std::uint64_t value = ControlFlag{which, 0, {}}.value(registers.control);
    return row(judgement::name(which), {fmt::format("{:<12}{}", fmt::format("{:#x}", value),
                                                    judgement::bit_names(which, value))});
}

std::string table(std::string_view name, const evidence::TableRegister& table) {
    return row(name, {fmt::format("{:#x}, limit {:#x}", table.base, table.limit)});
}

std::string registers_of(const Autopsy& autopsy) {
    if (!autopsy.before)
        return row("registers",
                   {autopsy.cut_out ? "cut out of this log" : "not in the log, or cut off"});
    const Registers& registers = *autopsy.before;
    using Register = ControlFlag::Register;
    std::string text = row("mode", {describe_mode(registers)});
    text += row("stack", {fmt::format("RSP {:#x}", registers.rsp)});
    text += control_register(Register::cr0, registers);
    text += row("CR3", {fmt::format("{:#x}", registers.control.cr3)});
    text += control_register(Register::cr4, registers);
    if (autopsy.has_efer)
        text += control_register(Register::efer, registers);
    if (autopsy.has_tables)
        text += table("GDT", registers.gdt) + table("IDT", registers.idt);
    return text;
}

Lines recursion_of(const Autopsy& autopsy) {
    const auto& [every, count, began] = *autopsy.recursion;
    Lines lines{
        fmt::format("{} times, each lower on the stack: {}", count, on_one_line(autopsy, every))};
    if (began)
        lines.push_back(fmt::format("the first after {}", on_one_line(autopsy, *began)));
    return lines;
}

std::string cpu_of(const Autopsy& autopsy) {
    const std::string of = autopsy.cpus > 1 ? fmt::format(" of 0..{}", autopsy.cpus - 1) : "";
    return autopsy.cpu ? fmt::format("{}{}", *autopsy.cpu, of)
                       : fmt::format("not in the log{}", of.empty() ? "" : ", one" + of);
}

std::string exhibits(const Autopsy& autopsy) {
    std::string text;
    const Exception* oldest = autopsy.oldest();
    const evidence::Location& where = oldest ? oldest->where : autopsy.stood_at;
    const bool known = autopsy.before || where.address != 0;
    text += row("instruction", {known ? describe(where) : "not in the log"});
    Lines chain;
    for (const Exception& each : autopsy.chain)
        chain.push_back(describe(autopsy, each));
    if (autopsy.triple_faults != 0)
        chain.emplace_back("triple fault");
    text += row(autopsy.reporter ? "exception" : "exceptions", chain);
    if (where.instruction.empty() && !autopsy.code.empty())
        text += row("bytes", {fmt::format("{:02x}", fmt::join(bytes_of(autopsy), " "))});
    if (!where.instruction.empty() || !where.symbol.empty())
        text += row("RIP", {fmt::format("{:#x}", where.address)});
    if (oldest && oldest->cr2)
        text += row("CR2", {fmt::format("{:#x}", *oldest->cr2)});
    else if (!oldest && autopsy.before)
        text +=
            row("CR2",
                {fmt::format("{:#x}, of the last page fault that there was", autopsy.before->cr2)});
    if (const std::string why = unhandled(autopsy); !why.empty())
        text += row("no handler", {why});
    if (!autopsy.said.empty())
        text +=
            row("it says", report::wrap(report::printable(autopsy.said), width - label_width - 4));
    if (!autopsy.words.empty())
        text += row("Bochs said", {autopsy.words.begin(), autopsy.words.end()});
    text += row("CPU", {cpu_of(autopsy)});
    text += registers_of(autopsy);
    if (autopsy.recursion)
        text += row("again", recursion_of(autopsy));
    Lines earlier;
    for (const Exception& each : autopsy.earlier)
        earlier.push_back(on_one_line(autopsy, each));
    return text + row("before it", earlier);
}

std::string unknowns(const Autopsy& autopsy, const Sources& sources) {
    std::string text = "A log has no memory: not the page tables, the descriptors, nor the stack.";
    if (!autopsy.cpu && !autopsy.reporter)
        text += fmt::format(" {} does not say which CPU it was{}.", engine_of(autopsy),
                            autopsy.reset_hides_it ? ", nor does the reset after it: QEMU 11 shows "
                                                     "each CPU as the reset left it"
                            : autopsy.cpus > 1 ? ": before QEMU 11, with -d cpu_reset and without "
                                                 "-no-reboot, the reset after it does"
                                               : "");
    if (!autopsy.has_tables)
        text += " Bochs does not log the GDT's and the IDT's registers.";
    if (autopsy.engine == evidence::Engine::bochs && autopsy.chain.empty())
        text += " Bochs logs exceptions where the CPUs' debug messages are reported.";
    if (!autopsy.reporter && autopsy.resets_alone)
        text += " QEMU logs exceptions with -d int; this log has -d cpu_reset alone.";
    if (sources.elf.empty() || !sources.misfit.empty())
        text +=
            " Which instruction it was, ELF=kernel.elf tells, if it is the build that was logged.";
    else if (autopsy.oldest() && autopsy.oldest()->where.symbol.empty() &&
             autopsy.oldest()->where.instruction.empty())
        text += fmt::format(" In {} there is no code at that address.", sources.elf);
    return text;
}

// Of the ELF file: that it is another's, or what it lacks.
std::string about_elf(const Sources& sources) {
    if (!sources.misfit.empty())
        return paragraph("ELF file", fmt::format("{} is not the kernel of this log, and was not "
                                                 "used: {}.",
                                                 sources.elf, sources.misfit));
    return sources.lacks.empty()
               ? ""
               : paragraph("ELF file", fmt::format("{} has {}.", sources.elf, sources.lacks));
}

// What the catalogue says of it; it has nothing to add to what nobody knows.
std::string in_general(const causes::Cause& cause, const catalogue::Catalogue& causes) {
    const catalogue::Entry* found = cause.id == "unknown" ? nullptr : causes.find(cause.id);
    const catalogue::Entry about = found ? *found : catalogue::Entry{};
    const std::string why = about.why_and(cause.detail);
    const std::string what_to_do = cause.advice.empty() ? about.what_to_do : cause.advice;
    return (why.empty() ? "" : paragraph("Why", why)) +
           (what_to_do.empty() ? "" : paragraph("What to do", what_to_do));
}

}  // namespace

std::string account(const Autopsy& autopsy, const Sources& sources,
                    const catalogue::Catalogue& causes, const report::Style& style) {
    std::string text = headline(autopsy, sources, style);
    if (autopsy.triple_faults == 0 && !autopsy.reporter)
        return text + last_exceptions(autopsy, style) + about_elf(sources);
    const causes::Cause cause = causes::cause_of(autopsy);
    for (const std::string& line : report::wrap(report::printable(cause.text), width - 2))
        text += fmt::format("  {}\n", style.bold(line));
    text += fmt::format("  {}\n\n", style.faint(fmt::format("({})", cause.id)));
    text += exhibits(autopsy) + "\n";
    text += in_general(cause, causes);
    text += about_elf(sources);
    if (autopsy.reporter)
        text += paragraph("Whose it is", whose(autopsy));
    if (autopsy.cut_out)
        text += paragraph("Cut out",
                          "The registers were cut out of this log. Below each exception stand "
                          "some twenty lines of them, with CR0, CR2, CR3, CR4 and EFER: "
                          "give the log as it was written.");
    text += paragraph("Not known", unknowns(autopsy, sources));
    if (autopsy.triple_faults > 1)
        text += paragraph("", fmt::format("This is the first of {} triple faults in the log.",
                                          autopsy.triple_faults));
    return text;
}

}  // namespace explain
