#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "checker/causes/cause.h"
#include "checker/causes/facts.h"
#include "x86/page.h"

namespace causes {

namespace {

using evidence::Registers;
using x86::ExceptionVector;
namespace bits = x86::page_fault;

std::uint64_t address(const Autopsy& autopsy) {
    return autopsy.oldest()->cr2.value_or(0);
}

// Somebody walked the same tables with NXE set, so they are written for that.
bool tables_want_nxe(const Autopsy& autopsy) {
    return std::ranges::any_of(autopsy.others, [&](const Registers& other) {
        return other.control.cr3 == autopsy.before->control.cr3 &&
               other.control.efer.has(x86::efer::nxe);
    });
}

std::optional<Cause> reserved_bit(const Autopsy& autopsy) {
    // Without the registers nobody knows whether bit 63 is one of them.
    if (!page_fault_with(autopsy, bits::rsvd) || (autopsy.has_memory && !autopsy.before))
        return {};
    if (!autopsy.before || !autopsy.has_efer || autopsy.before->control.efer.has(x86::efer::nxe))
        return Cause{
            "reserved-bit",
            fmt::format("{} met a page table entry with a reserved bit set.", who(autopsy))};
    const bool proven = tables_want_nxe(autopsy);
    return Cause{
        .id = proven ? "nxe-missing" : "reserved-bit-nxe-clear",
        .text =
            proven
                ? fmt::format("{} used page tables that others use with NXE while its own EFER.NXE "
                              "was 0.",
                              who(autopsy))
                : fmt::format("{} met a page table entry with a reserved bit set, and its EFER.NXE "
                              "is 0.",
                              who(autopsy))};
}

// Code that ran, and whose next instruction is not mapped: only a change of the tables does that.
std::optional<Cause> paging_lost_code(const Autopsy& autopsy) {
    if (!fetch_fault(autopsy) || page_fault_with(autopsy, bits::p) || !autopsy.before ||
        !autopsy.before->control.cr0.has(x86::cr0::pg))
        return {};
    const bool on_the_way = mode_of(*autopsy.before) == Mode::compatibility;
    if (!on_the_way && !autopsy.after_control_register && holds_cr3(*autopsy.before).empty())
        return {};
    return Cause{
        .id = "paging-lost-code",
        .text = fmt::format(
            "{} turned paging on, or changed its tables, and its own next instruction is "
            "not mapped.",
            who(autopsy)),
        .detail = fmt::format(
            "Here RIP is {:#x}, and CR3 {:#x}{}.", address(autopsy), autopsy.before->control.cr3,
            autopsy.before->control.cr3 == 0 ? ": the walk reads whatever lies at address 0" : "")};
}

// 00 00 is "add [eax], al": a CPU that reads zeros for code faults at EAX, which here is what was
// written to CR0 right before.
std::optional<Cause> paging_changed_code(const Autopsy& autopsy) {
    if (!raised(autopsy, ExceptionVector::page_fault) || !autopsy.before || !autopsy.oldest()->cr2)
        return {};
    const Registers& registers = *autopsy.before;
    const Mode mode = mode_of(registers);
    if ((mode != Mode::paging_32 && mode != Mode::pae) || address(autopsy) != registers.rax ||
        registers.rax != registers.control.cr0.raw)
        return {};
    const bool no_lme =
        registers.control.cr4.has(x86::cr4::pae) && !registers.control.efer.has(x86::efer::lme);
    return Cause{
        .id = "paging-changed-code",
        .text = fmt::format("{} turned paging on, and from then on read zeros for instructions.",
                            who(autopsy)),
        .detail = fmt::format("Here they are {:#x}.{}", registers.rax,
                              no_lme ? " PAE is on and EFER.LME is 0." : "")};
}

std::optional<Cause> null_call(const Autopsy& autopsy) {
    if (!fetch_fault(autopsy) || address(autopsy) >= x86::page_size)
        return {};
    return Cause{"null-call", fmt::format("{} called or jumped to address {:#x}.", who(autopsy),
                                          address(autopsy))};
}

std::optional<Cause> executes_no_execute(const Autopsy& autopsy) {
    if (!page_fault_with(autopsy, bits::p | bits::i) || page_fault_with(autopsy, bits::rsvd))
        return {};
    return Cause{"executes-no-execute",
                 fmt::format("{} ran code on a page that forbids it.", who(autopsy))};
}

std::optional<Cause> fetch_unmapped(const Autopsy& autopsy) {
    if (!fetch_fault(autopsy) || page_fault_with(autopsy, bits::p))
        return {};
    return Cause{"fetch-unmapped", fmt::format("{} jumped to {:#x}, where nothing is mapped.",
                                               who(autopsy), address(autopsy))};
}

std::optional<Cause> stack_unmapped(const Autopsy& autopsy) {
    if (!raised(autopsy, ExceptionVector::page_fault) || !autopsy.before ||
        !autopsy.oldest()->cr2 || !beside_stack(address(autopsy), *autopsy.before) ||
        page_fault_with(autopsy, bits::rsvd) || page_fault_with(autopsy, bits::u))
        return {};
    return Cause{"stack-unmapped",
                 fmt::format("{}'s stack pointer, {:#x}, stands where the stack cannot be {}.",
                             who(autopsy), autopsy.before->rsp,
                             !autopsy.oldest()->error            ? "used"
                             : page_fault_with(autopsy, bits::w) ? "written"
                                                                 : "read")};
}

std::optional<Cause> writes_read_only(const Autopsy& autopsy) {
    if (!page_fault_with(autopsy, bits::p | bits::w) || !autopsy.before ||
        page_fault_with(autopsy, bits::rsvd) || page_fault_with(autopsy, bits::u) ||
        !autopsy.before->control.cr0.has(x86::cr0::wp))
        return {};
    return Cause{"writes-read-only", fmt::format("{} wrote to {:#x}, on a page that is read-only.",
                                                 who(autopsy), address(autopsy))};
}

std::optional<Cause> null_pointer(const Autopsy& autopsy) {
    if (!raised(autopsy, ExceptionVector::page_fault) || !autopsy.oldest()->cr2 ||
        !autopsy.oldest()->error || address(autopsy) >= x86::page_size)
        return {};
    return Cause{
        "null-pointer",
        fmt::format("{} {} address {:#x}: a null pointer, or an offset from one.", who(autopsy),
                    page_fault_with(autopsy, bits::w) ? "wrote to" : "read", address(autopsy))};
}

std::optional<Cause> not_mapped(const Autopsy& autopsy) {
    if (!raised(autopsy, ExceptionVector::page_fault) || !autopsy.oldest()->cr2 ||
        !autopsy.oldest()->error || page_fault_with(autopsy, bits::p))
        return {};
    return Cause{.id = "not-mapped",
                 .text = fmt::format("{} {} {:#x}, where nothing is mapped.", who(autopsy),
                                     page_fault_with(autopsy, bits::w) ? "wrote to" : "read",
                                     address(autopsy))};
}

}  // namespace

std::span<const Rule> paging_rules() {
    static constexpr auto rules = std::to_array<Rule>(
        {reserved_bit, paging_lost_code, paging_changed_code, null_call, executes_no_execute,
         fetch_unmapped, stack_unmapped, writes_read_only, null_pointer, not_mapped});
    return rules;
}

}  // namespace causes
