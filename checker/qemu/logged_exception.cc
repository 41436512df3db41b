#include "checker/qemu/logged_exception.h"

#include <algorithm>
#include <fmt/format.h>

#include "checker/evidence/faults.h"
#include "checker/process/output.h"
#include "checker/qemu/registers.h"
#include "x86/page.h"

namespace qemu {

namespace {

// Only these does QEMU remember as "old": a page fault, and what can follow it in a double fault.
constexpr bool contributory_or_page_fault(std::uint8_t vector) {
    return evidence::make_double_fault(page_fault, vector);
}

// Delivering `first` failed with `second`.
bool leads_to(const LoggedException& first, const LoggedException& second) {
    if (first.by_check && second.by_check)
        return second.while_delivering == first.delivered;
    if (!first.header || !second.header)
        return !first.header && !second.header && second.while_delivering == first.delivered;
    if ((first.linear_ip != second.linear_ip && first.met != breakpoint) || first.rsp != second.rsp)
        return false;
    return second.while_delivering
               ? first.delivered == *second.while_delivering
               : !contributory_or_page_fault(first.delivered) && failed_delivery(second);
}

LoggedException parse(const Block& block) {
    LoggedException exception;
    exception.met = exception.delivered =
        static_cast<std::uint8_t>(process::leading_number(block.header).value_or(0));
    if (block.check) {
        exception.while_delivering = block.check->old;
        exception.met = block.check->met;
        exception.delivered = block.check->delivered();
    }
    exception.header = !block.header.empty();
    exception.interrupt = block.interrupt;
    exception.int_instruction = block.int_instruction;
    exception.by_check = exception.header && block.check && block.header == block.check->place;
    exception.has_error = process::contains(block.header, " e=");
    exception.error =
        static_cast<std::uint32_t>(process::number_after(block.header, " e=").value_or(0));
    exception.cpl = static_cast<unsigned>(process::number_after(block.header, " cpl=").value_or(0));
    exception.linear_ip = process::number_after(block.header, " pc=").value_or(0);
    const auto stack = process::after(block.header, " SP=");
    exception.rsp = stack ? process::number_after(*stack, ":").value_or(0) : 0;
    if (exception.delivered == page_fault)
        exception.cr2 = process::number_after(block.header, " CR2=");
    return exception;
}

// The dump is that of the header.
bool belongs(const evidence::Registers& registers, const Block& block) {
    if (block.check && !block.check->place.empty() && block.header == block.check->place)
        return process::number_after(block.header, " pc=") ==
               (registers.cs.long_mode ? registers.rip : registers.cs.base + registers.rip);
    const auto ip = process::after(block.header, " IP=");
    const auto sp = process::after(block.header, " SP=");
    return ip && sp && process::number_after(*ip, ":") == registers.rip &&
           process::number_after(*sp, ":") == registers.rsp;
}

}  // namespace

std::optional<Check> Check::parse(std::string_view line) {
    const auto old = process::number_after(line, "old: 0x");
    const auto met = process::number_after(line, "new 0x");
    if (!old || !met || *met >= x86::exception_vector_count)
        return {};
    Check check;
    if (*old < x86::exception_vector_count)
        check.old = static_cast<std::uint8_t>(*old);
    check.met = static_cast<std::uint8_t>(*met);
    const auto cr2 = process::number_after(line, " cr2: 0x");
    if (const auto rip = process::number_after(line, " rip: 0x"); rip && cr2)
        check.place = fmt::format("v={:02x} pc={:x} CR2={:x}", check.delivered(), *rip, *cr2);
    return check;
}

std::uint8_t Check::delivered() const {
    return old && evidence::make_double_fault(*old, met) ? double_fault : met;
}

std::vector<LoggedException> parse_blocks(const std::vector<const Block*>& blocks) {
    constexpr std::size_t how_far = 4;  // CPUs that speak at once
    std::vector<std::optional<evidence::Registers>> dumps;
    dumps.reserve(blocks.size());
    for (const Block* block : blocks)
        dumps.push_back(parse_registers(block->dump));
    std::vector<LoggedException> exceptions;
    exceptions.reserve(blocks.size());
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        LoggedException exception = parse(*blocks[i]);
        for (std::size_t step = 0; step <= how_far; ++step)
            for (const std::size_t at : {i + step, i - step})
                if (!exception.registers && at < dumps.size() && dumps[at] &&
                    belongs(*dumps[at], *blocks[i]))
                    exception.registers = dumps[at];
        exceptions.push_back(exception);
    }
    return exceptions;
}

// What the CPU touches to deliver is the IDT, the GDT, the TSS and the stack; its errors then name
// a descriptor. Anything else is an instruction that ran again after a handler had returned.
bool failed_delivery(const LoggedException& second) {
    if (second.met == page_fault) {
        const bool by_supervisor = !x86::PageFaultError{second.error}.has(x86::page_fault::u);
        const std::uint64_t below_stack = second.rsp - second.cr2.value_or(second.rsp);
        return second.cr2 &&
               ((second.cpl == 3 && by_supervisor) ||
                (below_stack != 0 && below_stack <= x86::page_size) ||
                (second.registers && (evidence::within(*second.cr2, second.registers->idt) ||
                                      evidence::within(*second.cr2, second.registers->gdt))));
    }
    return second.met == stack_segment_fault ||
           (x86::names_selector(x86::ExceptionVector{second.met}) && second.error != 0);
}

std::vector<LoggedException> chain_to_last_of(const std::vector<LoggedException>& all) {
    constexpr std::size_t most_between = 64;
    std::vector<LoggedException> chain;
    if (all.empty())
        return chain;
    chain.push_back(all.back());
    for (std::size_t i = all.size() - 1, between = 0; i-- > 0 && between <= most_between;) {
        const bool leads = leads_to(all[i], chain.back());
        if (leads)
            chain.push_back(all[i]);
        else if (!chain.back().header ||
                 (all[i].rsp == chain.back().rsp && all[i].linear_ip == chain.back().linear_ip))
            break;  // the same CPU, in the same place, was in order before
        between = leads ? 0 : between + 1;
    }
    std::ranges::reverse(chain);
    return chain;
}

}  // namespace qemu
