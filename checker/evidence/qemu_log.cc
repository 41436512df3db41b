#include "checker/evidence/qemu_log.h"

#include <algorithm>
#include <utility>

#include "checker/evidence/qemu_registers.h"
#include "checker/evidence/text.h"
#include "x86/exception.h"

namespace evidence {

namespace {

constexpr std::size_t kept_first = 64;
constexpr std::size_t kept_last = 256;
constexpr std::size_t longest_dump = 4096;  // twice what QEMU prints

constexpr std::uint64_t breakpoint = 3;
constexpr std::uint8_t page_fault = 14;

// These make a double fault when they are met while another of them is being delivered, and only
// these does QEMU remember as "old". [sdm3 6.15]
constexpr bool contributory_or_page_fault(std::uint8_t vector) {
    return vector == 0 || (vector >= 10 && vector <= 14);
}

// Delivering `first` failed with `second`.
bool leads_to(const LoggedException& first, const LoggedException& second) {
    if (first.linear_ip != second.linear_ip && first.met != breakpoint) {
        return false;
    }
    return first.rsp == second.rsp &&
           (second.while_delivering ? first.delivered == *second.while_delivering
                                    : !contributory_or_page_fault(first.delivered));
}

std::vector<LoggedException> chain_to_last_of(std::vector<LoggedException> all) {
    auto first = all.end();
    while (first != all.begin() && (first == all.end() || leads_to(*(first - 1), *first))) {
        --first;
    }
    all.erase(all.begin(), first);
    return all;
}

}  // namespace

void QemuLog::append(std::string_view piece) {
    lines_.append(piece, [this](std::string_view line) { read_line(line); });
}

void QemuLog::read_line(std::string_view line) {
    if (triple_fault_) {
        return;  // until the machine stands still, other CPUs go on for a moment
    }
    if (line.starts_with("check_exception ")) {
        check_ = line;
        in_block_ = false;
    } else if (const auto header = after(line, ": v="); header && line.starts_with(' ')) {
        begin_block(*header);
    } else if (line.starts_with("Triple fault")) {
        triple_fault_ = true;
    } else if (const auto cpu = number_after(line, "CPU Reset (CPU ", 10)) {
        last_reset_ = static_cast<unsigned>(*cpu);
        in_block_ = false;
    } else if (line.starts_with("Servicing")) {
        in_block_ = false;
    } else if (in_block_) {
        std::string& dump = (last_.empty() ? first_ : last_).back().dump;
        if (dump.size() < longest_dump) {
            dump.append(line).push_back('\n');
        }
    }
}

// An exception has been checked against the one that was being delivered; interrupts and INT n
// have not, and of those only INT3 matters.
void QemuLog::begin_block(std::string_view header) {
    const auto vector = leading_number(header);
    const std::string check = std::exchange(check_, {});
    in_block_ = vector && *vector < x86::exception_vector_count &&
                (!check.empty() || *vector == breakpoint);
    if (!in_block_) {
        return;
    }
    ++exception_count_;
    Block block{check, std::string{header}, {}};
    if (first_.size() < kept_first) {
        first_.push_back(std::move(block));
        return;
    }
    last_.push_back(std::move(block));
    if (last_.size() > kept_last) {
        last_.pop_front();
    }
}

LoggedException QemuLog::parse(const Block& block) {
    LoggedException exception;
    const auto vector = static_cast<std::uint8_t>(leading_number(block.header).value_or(0));
    const auto old = number_after(block.check, "old: 0x");
    if (old && *old < x86::exception_vector_count) {
        exception.while_delivering = static_cast<std::uint8_t>(*old);
    }
    exception.met = static_cast<std::uint8_t>(number_after(block.check, "new 0x").value_or(vector));
    exception.delivered = vector;
    exception.error = static_cast<std::uint32_t>(number_after(block.header, " e=").value_or(0));
    exception.linear_ip = number_after(block.header, " pc=").value_or(0);
    const auto stack = after(block.header, " SP=");
    exception.rsp = stack ? number_after(*stack, ":").value_or(0) : 0;
    if (vector == page_fault) {
        exception.cr2 = number_after(block.header, " CR2=");
    }
    exception.registers = parse_qemu_registers(block.dump);
    return exception;
}

std::vector<LoggedException> QemuLog::exceptions() const {
    std::vector<LoggedException> exceptions;
    for (const std::deque<Block>* blocks : {&first_, &last_}) {
        std::ranges::transform(*blocks, std::back_inserter(exceptions), parse);
    }
    return exceptions;
}

std::vector<LoggedException> QemuLog::fatal_chain() const {
    return triple_fault_ ? chain_to_last_of(exceptions()) : std::vector<LoggedException>{};
}

std::vector<LoggedException> QemuLog::chain_to(std::uint8_t vector, std::uint64_t linear_ip) const {
    std::vector<LoggedException> all = exceptions();
    while (!all.empty() && (all.back().delivered != vector || all.back().linear_ip != linear_ip)) {
        all.pop_back();
    }
    return chain_to_last_of(std::move(all));
}

}  // namespace evidence
