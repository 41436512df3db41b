// What the registers alone prove, with or without an exception beside them.
#include <algorithm>
#include <fmt/format.h>

#include "checker/diagnosis/any_kernel/rules.h"
#include "checker/evidence/faults.h"
#include "checker/process/output.h"
#include "x86/page.h"

namespace diagnosis::any_kernel {

namespace {

using evidence::Reporter;
using evidence::within;

bool said(const Scene& scene, std::string_view words) {
    return scene.log().said.find(words) != std::string::npos;
}

// What KVM checks before it takes over a CPU's state: outside long mode neither LMA nor a 64-bit
// CS, in it PAE and LMA: kvm_is_valid_sregs of Linux.
std::string refused_state(const Registers& registers) {
    const auto& [cr0, cr3, cr4, efer] = registers.control;
    const bool long_mode = cr0.has(x86::cr0::pg) && efer.has(x86::efer::lme);
    if (!long_mode && registers.cs.long_mode)
        return fmt::format("CS {:#x} has L{} set, and the CPU is not in long mode: EFER is {:#x}",
                           registers.cs.selector, registers.cs.size_32 ? " and D" : "", efer.raw);
    if (!long_mode && efer.has(x86::efer::lma))
        return "EFER.LMA is 1 without CR0.PG and EFER.LME";
    if (long_mode && !cr4.has(x86::cr4::pae))
        return "CR0.PG and EFER.LME are 1, and CR4.PAE is 0";
    return "";
}

std::optional<Explanation> kvm_refuses_state(const Scene& scene) {
    const bool refused = said(scene, "put registers") || said(scene, "entry failed") ||
                         said(scene, "Invalid argument");
    if (scene.log().reporter != Reporter::kvm || !refused || !scene.before ||
        !scene.before->efer_told)
        return {};
    const std::string why = refused_state(*scene.before);
    return why.empty()
               ? std::nullopt
               : std::optional{Explanation{fmt::format("KVM refused the CPU's state: {}.", why)}};
}

std::optional<Explanation> kvm_cannot_emulate(const Scene& scene) {
    if (scene.log().reporter != Reporter::kvm || !said(scene, "emulation failure") || !scene.before)
        return {};
    constexpr std::uint64_t video = 0xa0000, video_end = 0xc0000;
    const Location& where = scene.cpu->where;
    std::string more;
    const auto all = [&](std::byte byte) {
        return scene.log().code.size() > 4 &&
               std::ranges::all_of(scene.log().code, [=](std::byte each) { return each == byte; });
    };
    if (all(std::byte{0xff}) || all(std::byte{0}))
        more = fmt::format(" The bytes from there on are all {:02x}: that is no code.",
                           static_cast<unsigned>(scene.log().code.front()));
    else if (!where.instruction.empty())
        more = fmt::format(" It is \"{}\".", where.instruction);
    if (!scene.before->control.cr0.has(x86::cr0::pg) && where.address - video < video_end - video)
        more += fmt::format(" {:#x} is the display's memory.", where.address);
    return Explanation{fmt::format("KVM had to emulate the instruction at {:#x}, and cannot.{}",
                                   where.address, more)};
}

// The first of KVM's numbers is then what it was delivering, as VMX or SVM encode it: the vector in
// bits 7 to 0, bit 31 says that there is one. [sdm3 25.9.3]
std::optional<Explanation> kvm_cannot_deliver(const Scene& scene) {
    constexpr std::uint64_t valid = 0x80000000;
    const auto rest = process::after(scene.log().said, "extra data[0]: ");
    if (scene.log().reporter != Reporter::kvm || !said(scene, "Suberror: 3") || !rest)
        return {};
    const auto event = process::leading_number(rest->starts_with("0x") ? rest->substr(2) : *rest);
    if (!event || (*event & valid) == 0)
        return {};
    const auto vector = static_cast<std::uint8_t>(*event);
    return Explanation{
        fmt::format("KVM could not deliver vector {}, {}: on the way to its handler the "
                    "CPU touched what is no memory.",
                    vector, x86::mnemonic(ExceptionVector{vector}))};
}

// Why CR3 can be no table's address; empty where it can. P, W and U beside it do no harm.
std::string cr3_nonsense(const Registers& registers) {
    constexpr std::uint64_t table_bits = 0xfe0, flags = 7;
    const std::uint64_t cr3 = registers.control.cr3, low = cr3 % x86::page_size;
    if (cr3 >> 16 == 0xf000 && (low & ~flags) != 0)
        return fmt::format(
            "f000:{:04x} is a real-mode vector, as a BIOS leaves them from address 0 on",
            cr3 & 0xffff);
    if (cr3 >> 52 != 0)
        return "no physical address is as long";
    const bool three_levels = registers.control.cr4.has(x86::cr4::pae) && !in_long_mode(registers);
    if (!three_levels && !registers.control.cr4.has(x86::cr4::pcide) && (low & table_bits) != 0)
        return fmt::format("a table begins at a page, and the low bits are {:#x}", low);
    return "";
}

// The very next fetch failed, or found other bytes.
bool paging_led_nowhere(const Scene& scene) {
    const Registers& registers = *scene.before;
    if (!scene.oldest)
        return registers.cr2 == scene.cpu->where.address;
    const bool reads_zeros =
        scene.oldest->cr2 == registers.rax && registers.rax == registers.control.cr0.raw;
    return scene.fetch_fault() || scene.page_fault_with(x86::page_fault::rsvd) ||
           (scene.raised(ExceptionVector::page_fault) && reads_zeros);
}

std::optional<Explanation> cr3_from_nowhere(const Scene& scene) {
    if (!scene.before || !scene.before->control.cr0.has(x86::cr0::pg) || !paging_led_nowhere(scene))
        return {};
    const std::string why = cr3_nonsense(*scene.before);
    if (why.empty())
        return {};
    const bool wide = mode_of(*scene.before) == Mode::long_mode;
    return Explanation{fmt::format("{}'s CR3, {:#x}, was read from the wrong place: {}.{}",
                                   scene.who(), scene.before->control.cr3, why,
                                   scene.before->rsp != 0 ? ""
                                   : wide                 ? " RSP is 0 as well."
                                                          : " ESP is 0 as well.")};
}

// "GDT: CR2 0x2671d is entry 13 of it"; empty where the address is in no table of this CPU.
std::string in_table(std::uint64_t address, const Registers& registers, bool delivering) {
    const bool wide = in_long_mode(registers);
    const bool has_gdt = registers.gdt.base != 0 && within(address, registers.gdt);
    const bool has_idt = !no_idt(registers) && within(address, registers.idt);
    if (has_idt && (delivering || !has_gdt))
        return fmt::format("IDT: CR2 {:#x} is gate {} of it", address,
                           (address - registers.idt.base) / (wide ? 16 : 8));
    if (has_gdt)
        return fmt::format("GDT: CR2 {:#x} is entry {} of it", address,
                           (address - registers.gdt.base) / 8);
    if (registers.tr.selector != 0 && within(address, {registers.tr.base, registers.tr.limit}))
        return fmt::format("TSS: CR2 {:#x} is at {:#x} in it{}", address,
                           address - registers.tr.base,
                           address - registers.tr.base != 4 ? ""
                           : wide                           ? ", RSP0"
                                                            : ", ESP0");
    return "";
}

// Without a chain CR2 may be old: it counts where the double fault's own gate could not be read, or
// where CR3 was written last.
bool is_of_the_end(const Registers& registers, const std::string& register_name) {
    const std::uint64_t gate = in_long_mode(registers) ? 16 : 8;
    return !register_name.empty() || (registers.cr2 - registers.idt.base) / gate ==
                                         static_cast<std::uint64_t>(ExceptionVector::double_fault);
}

std::optional<Explanation> tables_not_mapped(const Scene& scene) {
    if (!scene.tables || !scene.before->control.cr0.has(x86::cr0::pg) ||
        mode_of(*scene.before) == Mode::real)
        return {};
    const Registers& registers = *scene.before;
    const std::string written = holds_cr3(registers);
    const bool dead_end = scene.chain.empty() && is_of_the_end(registers, written);
    // A breakpoint is no mistake: what failed is its delivery.
    const bool breakpoint = scene.raised(ExceptionVector::breakpoint) && scene.chain.size() > 1;
    const auto chain = scene.chain.subspan(breakpoint ? 1 : 0);
    const bool faulted = !chain.empty() && chain[0].cr2 &&
                         evidence::is(chain[0], ExceptionVector::page_fault) &&
                         !evidence::page_fault_with(chain[0], x86::page_fault::p);
    if (!dead_end && !faulted)
        return {};
    const std::uint64_t address = dead_end ? registers.cr2 : *chain[0].cr2;
    std::string what =
        in_table(address, registers, dead_end || breakpoint || scene.interrupt.has_value());
    if (what.empty())
        return {};
    if (chain.size() > 1 && chain[1].cr2 && *chain[1].cr2 != address)
        if (const std::string second = in_table(*chain[1].cr2, registers, true); !second.empty())
            what += fmt::format("; and its {}", second);
    return Explanation{fmt::format(
        "{}'s {}page tables, CR3 {:#x}, lack its {}.{}", scene.who(), written.empty() ? "" : "new ",
        registers.control.cr3, what,
        written.empty()
            ? ""
            : fmt::format(" {} is CR3 as well: MOV CR3 was the last that went well.", written))};
}

// Bochs shows the instruction where it says nothing of the exception. What begins with V is AVX,
// which has another bit.
std::optional<Explanation> sse_met(const Scene& scene) {
    const std::string& instruction = scene.cpu->where.instruction;
    if (!scene.chain.empty() || !scene.before || scene.log().triple_faults == 0 ||
        instruction.find("xmm") == std::string::npos || instruction.starts_with('v') ||
        scene.before->control.cr4.has(x86::cr4::osfxsr))
        return {};
    return Explanation{
        fmt::format("{} shut down at an SSE instruction, \"{}\", and CR4.OSFXSR is 0.", scene.who(),
                    instruction)};
}

}  // namespace

const RuleList state_rules{
    {"kvm-refuses-state", kvm_refuses_state},   {"kvm-cannot-emulate", kvm_cannot_emulate},
    {"kvm-cannot-deliver", kvm_cannot_deliver}, {"cr3-from-nowhere", cr3_from_nowhere},
    {"tables-not-mapped", tables_not_mapped},   {"sse-not-enabled", sse_met},
};

}  // namespace diagnosis::any_kernel
