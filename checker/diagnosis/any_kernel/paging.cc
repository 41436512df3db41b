#include <algorithm>
#include <fmt/format.h>

#include "checker/diagnosis/any_kernel/rules.h"
#include "checker/evidence/faults.h"
#include "x86/page.h"

namespace diagnosis::any_kernel {

namespace {

namespace bits = x86::page_fault;

std::uint64_t address(const Scene& scene) {
    return scene.oldest->cr2.value_or(0);
}

// Somebody walked the same tables with NXE set, so they are written for that.
bool tables_want_nxe(const Scene& scene) {
    return std::ranges::any_of(scene.log().others, [&](const Registers& other) {
        return other.control.cr3 == scene.before->control.cr3 &&
               other.control.efer.has(x86::efer::nxe);
    });
}

// Bit 63 of an entry may be the one.
bool reserved_with_nxe_clear(const Scene& scene) {
    return scene.page_fault_with(bits::rsvd) && scene.before && scene.before->efer_told &&
           !scene.before->control.efer.has(x86::efer::nxe);
}

std::optional<Explanation> nxe_missing(const Scene& scene) {
    if (!reserved_with_nxe_clear(scene) || !tables_want_nxe(scene))
        return {};
    return Explanation{fmt::format(
        "{} used page tables that others use with NXE while its own EFER.NXE was 0.", scene.who())};
}

std::optional<Explanation> reserved_bit_nxe_clear(const Scene& scene) {
    if (!reserved_with_nxe_clear(scene))
        return {};
    return Explanation{fmt::format(
        "{} met a page table entry with a reserved bit set, and its EFER.NXE is 0.", scene.who())};
}

// Where there is memory to look at, nobody knows without the registers whether bit 63 is one.
std::optional<Explanation> reserved_bit(const Scene& scene) {
    if (!scene.page_fault_with(bits::rsvd) || (!scene.evidence.log && !scene.before))
        return {};
    return Explanation{
        fmt::format("{} met a page table entry with a reserved bit set.", scene.who())};
}

// Code that ran, and whose next instruction is not mapped: only a change of the tables does that.
std::optional<Explanation> paging_lost_code(const Scene& scene) {
    if (!scene.fetch_fault() || scene.page_fault_with(bits::p) || !scene.before ||
        !scene.before->control.cr0.has(x86::cr0::pg))
        return {};
    const bool on_the_way = mode_of(*scene.before) == Mode::compatibility;
    if (!on_the_way && !scene.log().after_control_register && holds_cr3(*scene.before).empty())
        return {};
    return Explanation{
        .cause = fmt::format(
            "{} turned paging on, or changed its tables, and its own next instruction is "
            "not mapped.",
            scene.who()),
        .detail = fmt::format(
            "Here RIP is {:#x}, and CR3 {:#x}{}.", address(scene), scene.before->control.cr3,
            scene.before->control.cr3 == 0 ? ": the walk reads whatever lies at address 0" : "")};
}

// 00 00 is "add [eax], al": a CPU that reads zeros for code faults at EAX, which here is what was
// written to CR0 right before.
std::optional<Explanation> paging_changed_code(const Scene& scene) {
    if (!scene.raised(ExceptionVector::page_fault) || !scene.before || !scene.oldest->cr2)
        return {};
    const Registers& registers = *scene.before;
    const Mode mode = mode_of(registers);
    if ((mode != Mode::paging_32 && mode != Mode::pae) || address(scene) != registers.rax ||
        registers.rax != registers.control.cr0.raw)
        return {};
    const bool no_lme =
        registers.control.cr4.has(x86::cr4::pae) && !registers.control.efer.has(x86::efer::lme);
    return Explanation{
        .cause = fmt::format("{} turned paging on, and from then on read zeros for instructions.",
                             scene.who()),
        .detail = fmt::format("Here they are {:#x}.{}", registers.rax,
                              no_lme ? " PAE is on and EFER.LME is 0." : "")};
}

std::optional<Explanation> null_call(const Scene& scene) {
    if (!scene.fetch_fault() || address(scene) >= x86::page_size)
        return {};
    return Explanation{
        fmt::format("{} called or jumped to address {:#x}.", scene.who(), address(scene))};
}

std::optional<Explanation> executes_no_execute(const Scene& scene) {
    if (!scene.page_fault_with(bits::p | bits::i) || scene.page_fault_with(bits::rsvd))
        return {};
    return Explanation{fmt::format("{} jumped into a page that it may not execute.", scene.who())};
}

std::optional<Explanation> fetch_unmapped(const Scene& scene) {
    if (!scene.fetch_fault() || scene.page_fault_with(bits::p))
        return {};
    return Explanation{
        fmt::format("{} came to {:#x}, where nothing is mapped.", scene.who(), address(scene))};
}

std::optional<Explanation> stack_unmapped(const Scene& scene) {
    if (!scene.raised(ExceptionVector::page_fault) || !scene.before || !scene.oldest->cr2 ||
        !beside_stack(address(scene), *scene.before) || scene.page_fault_with(bits::rsvd) ||
        scene.page_fault_with(bits::u))
        return {};
    return Explanation{
        fmt::format("{}'s stack pointer, {:#x}, stands where the stack cannot be {}.", scene.who(),
                    scene.before->rsp,
                    !scene.oldest->error             ? "used"
                    : scene.page_fault_with(bits::w) ? "written"
                                                     : "read")};
}

std::optional<Explanation> writes_read_only(const Scene& scene) {
    if (!scene.page_fault_with(bits::p | bits::w) || !scene.before ||
        scene.page_fault_with(bits::rsvd) || scene.page_fault_with(bits::u) ||
        !scene.before->control.cr0.has(x86::cr0::wp))
        return {};
    return Explanation{fmt::format("{} wrote to {:#x}, on a page that is read-only.", scene.who(),
                                   address(scene))};
}

std::optional<Explanation> null_pointer(const Scene& scene) {
    if (!scene.raised(ExceptionVector::page_fault) || !scene.oldest->cr2 || !scene.oldest->error ||
        address(scene) >= x86::page_size)
        return {};
    return Explanation{
        fmt::format("{} {} address {:#x}: a null pointer, or an offset from one.", scene.who(),
                    scene.page_fault_with(bits::w) ? "wrote to" : "read", address(scene))};
}

std::optional<Explanation> not_mapped(const Scene& scene) {
    if (!scene.raised(ExceptionVector::page_fault) || !scene.oldest->cr2 || !scene.oldest->error ||
        scene.page_fault_with(bits::p))
        return {};
    return Explanation{.cause = fmt::format("{} {} {:#x}, where nothing is mapped.", scene.who(),
                                            scene.page_fault_with(bits::w) ? "wrote to" : "read",
                                            address(scene))};
}

}  // namespace

const RuleList paging_rules{
    {"nxe-missing", nxe_missing},
    {"reserved-bit-nxe-clear", reserved_bit_nxe_clear},
    {"reserved-bit", reserved_bit},
    {"paging-lost-code", paging_lost_code},
    {"paging-changed-code", paging_changed_code},
    {"null-call", null_call},
    {"executes-no-execute", executes_no_execute},
    {"fetch-unmapped", fetch_unmapped},
    {"stack-unmapped", stack_unmapped},
    {"writes-read-only", writes_read_only},
    {"null-pointer", null_pointer},
    {"not-mapped", not_mapped},
};

}  // namespace diagnosis::any_kernel
