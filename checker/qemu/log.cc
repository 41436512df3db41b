#include "checker/qemu/log.h"

#include <algorithm>
#include <utility>

#include "checker/process/output.h"
#include "checker/qemu/registers.h"
#include "x86/exception.h"

namespace qemu {

namespace {

constexpr std::size_t kept_first = 64;
constexpr std::size_t kept_last = 256;
constexpr std::size_t kept_checks = 8;
constexpr std::size_t longest_qemu_dump = 4096;  // twice what QEMU prints

// As a reset leaves a CPU: no other comes to the last 16 bytes below 4 GiB. [sdm3 10.1.4]
bool is_new(const evidence::Registers& registers) {
    return registers.cs.base == 0xffff0000 && registers.rip == 0xfff0;
}

// "     3: v=0e e=000a ...": what follows the running number, which may be longer than its field.
std::optional<std::string_view> header_of(std::string_view line) {
    constexpr std::string_view mark = ": v=";
    const std::size_t end = line.find_first_not_of(' ');
    const std::size_t colon = line.find_first_not_of("0123456789", end);
    if (end == std::string_view::npos || colon == std::string_view::npos || colon == end ||
        !line.substr(colon).starts_with(mark))
        return {};
    return line.substr(colon + mark.size());
}

// "IP=0008:... pc=... SP=0010:...": the same for what happens at one place of one stack.
std::string_view place_of(std::string_view header) {
    const std::size_t begin = std::min(header.find(" IP="), header.size());
    const std::size_t stack = std::min(header.find(" SP=", begin), header.size());
    return header.substr(begin, std::min(header.find(' ', stack + 1), header.size()) - begin);
}

}  // namespace

void Log::append(std::string_view piece) {
    lines_.append(piece, [this](std::string_view line) { read_line(line); });
}

// A log may hold a hundred times as much of other things: most lines are done with after a letter.
void Log::read_line(std::string_view line) {
    if (line.empty())
        return;
    const char first = line.front();
    if (first == 'c' && line.starts_with("check_exception ")) {
        read_check(line);
    } else if (first == 'C' && line.starts_with("CPU Reset (CPU ")) {
        read_reset(static_cast<unsigned>(std::min<std::uint64_t>(
            process::number_after(line, "(CPU ", 10).value_or(0), most_cpus)));
    } else if (first == 'T' && line.starts_with("Triple fault")) {
        recognized_ = true;
        ++triple_fault_lines_;
        dump_ = Dump::none;
    } else if (first == 'S' && (line.starts_with("Servicing ") || line.starts_with("SMM: "))) {
        dump_ = Dump::none;
    } else if (const auto header = first == ' ' || (first >= '0' && first <= '9') ? header_of(line)
                                                                                  : std::nullopt) {
        read_header(*header);
    } else if (dump_ != Dump::none) {
        read_dump_line(line);
    }
}

// QEMU checks each exception against the one that is being delivered, and logs that first. In real
// mode nothing else comes of it.
void Log::read_check(std::string_view line) {
    const auto check = Check::parse(line);
    dump_ = Dump::none;
    if (!check)
        return;
    recognized_ = true;
    if (check->old == double_fault) {
        if (!triple_fault())
            keep_unlogged();
        ++triple_fault_checks_;
    } else if (!triple_fault()) {
        checks_.push_back(*check);
        if (checks_.size() > kept_checks)
            checks_.pop_front();
    }
}

// A double fault that never got a header was one in real mode.
void Log::keep_unlogged() {
    if (std::ranges::any_of(checks_,
                            [](const Check& check) { return check.delivered() == double_fault; }))
        for (const Check& check : checks_)
            keep({check, {}, {}, {}});
}

// Interrupts and INT n have not been checked, and of those only INT3 makes an exception.
void Log::read_header(std::string_view header) {
    dump_ = Dump::none;
    recognized_ = true;
    const auto vector = process::leading_number(header);
    if (!vector || triple_fault())
        return;
    const auto check = std::find_if(checks_.rbegin(), checks_.rend(),
                                    [&](const Check& each) { return each.delivered() == *vector; });
    const bool software = process::number_after(header, " i=") == 1;
    Block block;
    if (!software && check != checks_.rend()) {
        block.check = *check;
        checks_.erase(std::next(check).base());
    } else if (*vector != breakpoint) {
        interrupt_ = {static_cast<std::uint8_t>(*vector), std::string{place_of(header)}};
        found_by_interrupt_.clear();
        dump_ = Dump::of_interrupt;
        return;
    }
    if (interrupt_ && interrupt_->place == place_of(header))
        block.interrupt = interrupt_->vector;
    interrupt_.reset();
    block.header = header;
    keep(std::move(block));
    ++exception_count_;
    dump_ = Dump::of_exception;
}

void Log::keep(Block block) {
    if (first_.size() < kept_first) {
        first_.push_back(std::move(block));
        return;
    }
    last_.push_back(std::move(block));
    if (last_.size() > kept_last)
        last_.pop_front();
}

void Log::read_reset(unsigned cpu) {
    recognized_ = true;
    dump_ = Dump::none;
    if (cpu >= most_cpus)
        return;
    cpu_count_ = std::max(cpu_count_, cpu + 1);
    if (triple_fault() && found_by_reset_.try_emplace(cpu).second) {
        dump_ = Dump::of_reset;
        dumped_cpu_ = cpu;
    }
}

void Log::read_dump_line(std::string_view line) {
    std::string& dump = dump_ == Dump::of_reset ? found_by_reset_[dumped_cpu_]
                        : dump_ == Dump::of_interrupt
                            ? found_by_interrupt_
                            : (last_.empty() ? first_ : last_).back().dump;
    if (dump.size() < longest_qemu_dump)
        dump.append(line).push_back('\n');
    if (line.starts_with("EFER="))
        dump_ = Dump::none;  // floating point and code may follow
}

std::vector<const Block*> Log::blocks() const {
    std::vector<const Block*> all;
    all.reserve(first_.size() + last_.size());
    for (const std::deque<Block>* part : {&first_, &last_})
        for (const Block& block : *part)
            all.push_back(&block);
    return all;
}

std::vector<LoggedException> Log::exceptions() const {
    return parse_blocks(blocks());
}

std::vector<LoggedException> Log::fatal_chain() const {
    if (!triple_fault())
        return {};
    std::vector<LoggedException> all = exceptions();
    const auto is_double_fault = [](const LoggedException& each) {
        return each.delivered == double_fault;
    };
    if (std::ranges::any_of(all, is_double_fault))
        while (!is_double_fault(all.back()))  // other CPUs went on
            all.pop_back();
    return chain_to_last_of(all);
}

std::vector<LoggedException> Log::chain_to(std::uint8_t vector, std::uint64_t linear_ip) const {
    std::vector<LoggedException> all = exceptions();
    while (!all.empty() && (all.back().delivered != vector || all.back().linear_ip != linear_ip))
        all.pop_back();
    return chain_to_last_of(all);
}

std::optional<evidence::Registers> Log::found_by_interrupt() const {
    return parse_registers(found_by_interrupt_);
}

std::map<unsigned, evidence::Registers> Log::found_by_reset() const {
    std::map<unsigned, evidence::Registers> found;
    for (const auto& [cpu, dump] : found_by_reset_)
        if (const auto registers = parse_registers(dump); registers && !is_new(*registers))
            found.emplace(cpu, *registers);
    return found;
}

}  // namespace qemu
