#include "checker/bochs/log.h"

#include <algorithm>
#include <array>
#include <utility>

#include "checker/evidence/faults.h"
#include "checker/guest/code.h"

namespace bochs {

namespace {

constexpr std::size_t kept_exceptions = 256;  // of each CPU
constexpr std::size_t longest_bochs_dump = 8192;
constexpr std::size_t most_bochs_cpus = 256;
constexpr std::size_t kept_words = 6;
constexpr std::size_t longest_words = 256;
constexpr std::string_view no_resolution = "exception with no resolution";
constexpr std::string_view dump_begins = "CPU is in ";

// "0x00000000000080e0>> jmpf 0x0008:000080e7 : EAE78000000800", after a dump, or
// "0x0000000000008197: (instruction unavailable) page not present".
bool is_instruction(std::string_view message) {
    return message.starts_with("0x") && (process::contains(message, ">> ") ||
                                         process::contains(message, "(instruction unavailable)"));
}

// What a CPU says that is no reason for an exception.
bool is_chatter(std::string_view message) {
    constexpr auto beginnings = std::to_array<std::string_view>(
        {"page walk for address", "interrupt(): vector =", "inhibit interrupts", "RDMSR", "WRMSR",
         "WARNING", "CPUID", "WBINVD", "INVD", "XCR0="});
    return message.ends_with(" activated") || is_instruction(message) ||
           std::ranges::any_of(beginnings, [&](std::string_view beginning) {
               return message.starts_with(beginning);
           });
}

// Time stands still while one exception leads to the next; but so it may for one that was handled,
// in its handler's first instructions. Such a one is seen where a double fault would have followed.
std::vector<LoggedException> chain_to_last_of(std::vector<LoggedException> all) {
    constexpr auto double_fault = static_cast<std::uint8_t>(x86::ExceptionVector::double_fault);
    std::size_t first = all.size();
    while (first != 0 && all[first - 1].ticks == all.back().ticks) {
        const bool two = first < all.size() &&
                         evidence::make_double_fault(all[first - 1].vector, all[first].vector);
        if (two && (first + 1 == all.size() || all[first + 1].vector != double_fault))
            break;
        --first;
    }
    return {all.begin() + static_cast<std::ptrdiff_t>(first), all.end()};
}

}  // namespace

void Log::append(std::string_view piece) {
    total_ += piece.size();
    lines_.append(piece, [this](std::string_view line) { read_line(line); });
}

// "00039721375d[CPU1  ] exception(0x0e): error_code=000b": ticks, level, who, what.
void Log::read_line(std::string_view line) {
    if (line.starts_with('('))
        return read_debugger_line(line);
    if (line.empty() || line.front() < '0' || line.front() > '9')
        return;
    constexpr std::string_view levels = "idewp";
    const auto ticks = process::leading_number(line, 10);
    const std::size_t level_at = line.find_first_not_of("0123456789");
    const std::size_t bracket = line.find('[');
    const std::size_t end = line.find("] ");
    if (!ticks || level_at >= bracket || bracket > 32 ||
        levels.find(line[level_at]) == std::string_view::npos || end == std::string_view::npos)
        return;
    recognized_ = true;
    const char level = line[bracket - 1];
    const std::string_view who = line.substr(bracket + 1, end - bracket - 1);
    std::string_view message = line.substr(end + 2);
    constexpr std::string_view panic_mark = ">>PANIC<< ";
    if (message.starts_with(panic_mark))
        message.remove_prefix(panic_mark.size());
    if (began_again_) {
        triple_faults_ += process::contains(message, no_resolution) ? 1 : 0;
    } else if (const bool is_cpu = who.starts_with("CPU"); is_cpu || who.starts_with("APIC")) {
        const auto number = process::leading_number(who.substr(is_cpu ? 3 : 4));
        if (!number || *number >= most_bochs_cpus)
            return;
        if (is_cpu)
            read_cpu_line(static_cast<unsigned>(*number), *ticks, message);
        else
            read_lapic_line(static_cast<unsigned>(*number), *ticks, message);
    } else if (message.starts_with("bx_pc_system_c::Reset(")) {
        reset_ = reset_ || (*ticks > 0 && !triple_fault_);
        began_again_ = triple_fault_.has_value();
    } else if (constexpr std::string_view name = "Bochs x86 Emulator "; message.starts_with(name)) {
        version_ = message.substr(name.size(), 16);
    } else if (process::contains(message, "soft power off")) {
        powered_off_ = true;
    } else if (level == 'p' && panic_.empty()) {
        panic_ = message;
    }
}

// "Deliver INIT IPI", "Deliver Start Up IPI"; "allocate APIC id=1 (MMIO disabled) to
// 0x0000fee00000"
void Log::read_lapic_line(unsigned number, std::uint64_t ticks, std::string_view message) {
    const bool sipi = message.starts_with("Deliver Start Up IPI");
    if (sipi || message.starts_with("Deliver INIT IPI"))
        process::keep_last(seen_, {sipi, number, {}, ticks}, evidence::kept_commands);
    else if (message.starts_with("allocate APIC id="))
        cpus_[number].lapic_in_memory = process::contains(message, "(MMIO enabled)");
}

// "(0).[48611902] [0x000000104093] 0008:ffff800000104093 (unk. ctxt): ud2   ; 0f0b": without the
// ticks where somebody steps through it.
void Log::read_debugger_line(std::string_view line) {
    const auto number = process::leading_number(line.substr(1), 10);
    const auto place = process::after(line, "[0x");
    const auto address =
        place ? process::number_after(place->substr(std::min(place->find(' '), place->size())), ":")
              : std::nullopt;
    const std::size_t bytes = line.rfind(" ; ");
    if (!number || *number >= most_bochs_cpus || !address || bytes == std::string_view::npos ||
        began_again_)
        return;
    Cpu& cpu = cpus_[static_cast<unsigned>(*number)];
    cpu.code_at = *address;
    cpu.code = line.substr(bytes + 3);
}

void Log::read_cpu_line(unsigned number, std::uint64_t ticks, std::string_view message) {
    Cpu& cpu = cpus_[number];
    if (cpu.next.ticks != ticks) {
        cpu.next = {};
        cpu.next.ticks = ticks;
        if (!triple_fault_)
            cpu.words.clear();
    }
    if (const std::size_t shown = message.find(">> "), bytes = message.rfind(" : ");
        is_instruction(message) && shown < bytes && bytes != std::string_view::npos) {
        cpu.code_at = process::leading_number(message.substr(2)).value_or(0);
        cpu.code = message.substr(bytes + 3);
    }
    if (message.starts_with(dump_begins)) {
        cpu.dump = message;
        cpu.dump += '\n';
    } else if (message.starts_with("| ") || process::contains(message, ".mode = ") ||
               message.starts_with("EFER ")) {
        if (cpu.dump.size() < longest_bochs_dump)
            cpu.dump.append(message).push_back('\n');
    } else if (const auto vector = process::number_after(message, "exception(0x");
               vector && process::contains(message, "error_code=")) {
        cpu.next.vector = static_cast<std::uint8_t>(*vector);
        cpu.next.error =
            static_cast<std::uint32_t>(process::number_after(message, "error_code=").value_or(0));
        process::keep_last(cpu.exceptions, std::exchange(cpu.next, {}), kept_exceptions);
        cpu.next.ticks = ticks;
        ++exception_count_;
    } else if (process::contains(message, no_resolution)) {
        triple_fault_ = triple_fault_.value_or(number);
        ++triple_faults_;
    } else if (message.starts_with("prefetch: ")) {  // in bogus memory, or direct read vetoed
        lost_cpu_ = {number, process::number_after(message, "pAddr=0x").value_or(0)};
    } else if (message == "Enter to System Management Mode") {
        managed_system_ = true;
    } else if (const auto address = process::number_after(message, "page fault for address ")) {
        cpu.next.cr2 = address;
    } else if (!is_chatter(message)) {
        cpu.next.reason = message;
        if (!triple_fault_)
            process::keep_last(cpu.words, cpu.next.reason.substr(0, longest_words), kept_words);
    }
}

const Log::Cpu& Log::of(unsigned number) const {
    static const Cpu silent;
    const auto found = cpus_.find(number);
    return found == cpus_.end() ? silent : found->second;
}

std::vector<LoggedException> Log::exceptions(unsigned cpu) const {
    const auto& exceptions = of(cpu).exceptions;
    return {exceptions.begin(), exceptions.end()};
}

std::vector<LoggedException> Log::fatal_chain() const {
    if (!triple_fault_)
        return {};
    std::vector<LoggedException> chain = chain_to_last_of(exceptions(*triple_fault_));
    if (!chain.empty())
        chain.pop_back();
    return chain;
}

std::vector<LoggedException> Log::chain_to(unsigned cpu, std::uint8_t vector,
                                           std::uint32_t error) const {
    std::vector<LoggedException> all = exceptions(cpu);
    while (!all.empty() && (all.back().vector != vector || all.back().error != error))
        all.pop_back();
    return chain_to_last_of(std::move(all));
}

std::vector<std::byte> Log::code(unsigned cpu, std::uint64_t address) const {
    const std::string_view shown = of(cpu).code_at == address ? of(cpu).code : std::string_view{};
    return process::leading_bytes(shown, guest::longest_instruction);
}

}  // namespace bochs
