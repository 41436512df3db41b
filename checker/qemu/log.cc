#include "checker/qemu/log.h"

#include <utility>

#include "checker/guest/code.h"
#include "checker/qemu/registers.h"
#include "x86/exception.h"

namespace qemu {

namespace {

constexpr std::size_t kept_first = 64, kept_last = 256;
constexpr std::size_t kept_checks = 8, kept_undecoded = 8;
constexpr std::size_t longest_qemu_dump = 4096;  // twice what QEMU prints

// As a reset leaves a CPU: no other comes to the last 16 bytes below 4 GiB. [sdm3 10.1.4]
bool is_new(const evidence::Registers& registers) {
    return registers.cs.base == 0xffff0000 && registers.rip == 0xfff0;
}

// The dumps that can be read and in which the registers are like that.
std::map<unsigned, evidence::Registers> parsed(const std::map<unsigned, std::string>& dumps,
                                               auto are_wanted) {
    std::map<unsigned, evidence::Registers> found;
    for (const auto& [cpu, dump] : dumps)
        if (const auto registers = parse_registers(dump); registers && are_wanted(*registers))
            found.emplace(cpu, *registers);
    return found;
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

// "     SP=0010:... CR2=..."
bool is_rest_of_header(std::string_view line) {
    const std::size_t begin = line.find_first_not_of(' ');
    return begin != 0 && begin != std::string_view::npos && line.substr(begin).starts_with("SP=");
}

}  // namespace

void Log::append(std::string_view piece) {
    total_ += piece.size();
    lines_.append(piece, [this](std::string_view line) { read_line(line); });
}

// A log may hold a hundred times as much of other things: most lines are done with after a letter.
void Log::read_line(std::string_view line) {
    if (line.empty())
        return;
    const char first = line.front();
    if (first == 'a' && lapics_.read(line))
        return;
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
        interrupted_ = true;
        managed_system_ |= line.starts_with("SMM: ");
    } else if (first == 'I' && line.starts_with("ILLOPC: ")) {
        read_undecoded(line.substr(8));
    } else if (const auto header = first == ' ' || (first >= '0' && first <= '9') ? header_of(line)
                                                                                  : std::nullopt) {
        read_header(*header);
    } else if (Block* block =
                   dump_ == Dump::of_exception && is_rest_of_header(line) ? last_kept() : nullptr) {
        block->header += line;  // a page has broken the line
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
    recognized_ = interrupted_ = true;
    if (check->old == double_fault) {
        if (!triple_fault())
            keep_unlogged();
        ++triple_fault_checks_;
    } else if (!triple_fault() && !check->place.empty()) {
        keep({check, check->place, {}, {}});
        ++exception_count_;
        dump_ = Dump::of_exception;
    } else if (!triple_fault()) {
        process::keep_last(checks_, *check, kept_checks);
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
    recognized_ = interrupted_ = true;
    const auto vector = process::leading_number(header);
    if (!vector || triple_fault())
        return;
    // Where its check told of the place already, and the usual line follows.
    if (Block* block = last_kept(); block && block->dump.empty() && block->check &&
                                    block->header == block->check->place &&
                                    block->check->delivered() == *vector) {
        block->header = header;
        dump_ = Dump::of_exception;
        return;
    }
    const auto check = std::find_if(checks_.rbegin(), checks_.rend(),
                                    [&](const Check& each) { return each.delivered() == *vector; });
    const bool software = process::number_after(header, " i=") == 1;
    Block block;
    if (!software && check != checks_.rend()) {
        block.check = *check;
        checks_.erase(std::next(check).base());
    } else if (*vector != breakpoint) {
        interrupt_ = {static_cast<std::uint8_t>(*vector), std::string{place_of(header)}, software};
        found_by_interrupt_.clear();
        dump_ = Dump::of_interrupt;
        return;
    }
    if (interrupt_ && interrupt_->place == place_of(header)) {
        block.interrupt = interrupt_->vector;
        block.int_instruction = interrupt_->int_instruction;
    }
    interrupt_.reset();
    block.header = header;
    keep(std::move(block));
    ++exception_count_;
    dump_ = Dump::of_exception;
}

void Log::keep(Block block) {
    if (first_.size() < kept_first)
        first_.push_back(std::move(block));
    else
        process::keep_last(last_, std::move(block), kept_last);
}

void Log::read_reset(unsigned cpu) {
    recognized_ = true;
    dump_ = Dump::none;
    if (cpu >= most_cpus)
        return;
    cpu_count_ = std::max(cpu_count_, cpu + 1);
    dumped_cpu_ = cpu;
    if (triple_fault() && found_by_reset_.try_emplace(cpu).second) {
        dump_ = Dump::of_reset;
    } else if (!triple_fault() && !interrupted_) {
        reset_early_[cpu].clear();
        dump_ = Dump::of_early_reset;
    }
}

// "ffffffff80101b60: 0f 11 44 24 10"
void Log::read_undecoded(std::string_view line) {
    const auto address = process::leading_number(line);
    std::string digits{process::after(line, ": ").value_or("")};
    std::erase(digits, ' ');
    auto bytes = process::leading_bytes(digits, guest::longest_instruction);
    if (address && !bytes.empty())
        process::keep_last(undecoded_, {*address, std::move(bytes)}, kept_undecoded);
}

std::vector<std::byte> Log::undecoded(std::uint64_t linear) const {
    const auto found = std::find_if(undecoded_.rbegin(), undecoded_.rend(),
                                    [&](const auto& each) { return each.first == linear; });
    return found == undecoded_.rend() ? std::vector<std::byte>{} : found->second;
}

Block* Log::last_kept() {
    std::deque<Block>& kept = last_.empty() ? first_ : last_;
    return kept.empty() ? nullptr : &kept.back();
}

void Log::read_dump_line(std::string_view line) {
    std::string& dump = dump_ == Dump::of_reset         ? found_by_reset_[dumped_cpu_]
                        : dump_ == Dump::of_early_reset ? reset_early_[dumped_cpu_]
                        : dump_ == Dump::of_interrupt   ? found_by_interrupt_
                                                        : last_kept()->dump;
    if (dump.size() < longest_qemu_dump)
        dump.append(line).push_back('\n');
    if (line.starts_with("EFER="))
        dump_ = Dump::none;  // floating point and code may follow
}

std::vector<LoggedException> Log::exceptions() const {
    std::vector<const Block*> all;
    for (const std::deque<Block>* part : {&first_, &last_})
        for (const Block& block : *part)
            all.push_back(&block);
    return parse_blocks(all);
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
    return parsed(found_by_reset_, [](const auto& registers) { return !is_new(registers); });
}

std::map<unsigned, evidence::Registers> Log::reset_while_running() const {
    return parsed(reset_early_,
                  [](const auto& registers) { return registers.control.cr0.has(x86::cr0::pe); });
}

}  // namespace qemu
