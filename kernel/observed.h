// What a debugger and the checker read in this kernel's memory, which find it by its name: plain
// structs, the same for both sides. What several CPUs use at a time is read and written by
// std::atomic_ref.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "trampoline/page_look.h"
#include "x86/address.h"
#include "x86/apic.h"
#include "x86/page.h"

namespace observed {

/// How many CPUs this kernel has room for.
inline constexpr unsigned max_cpus = 256;

/// What a CPU knows of itself. `self` comes first: GS can be used only as the base of an access, so
/// a CPU learns its record's address by reading it from there.
struct PerCpu {
    PerCpu* self = nullptr;
    std::uint32_t id = 0;  // 0 is the BSP; APs are counted as they are started, without gaps
    std::uint32_t lapic_id = 0;
    x86::VirtualAddress stack_top;  // its own stack, once it has left its first one
    x86::VirtualAddress double_fault_stack_top;
    // Pointers to nothing in particular: the checker includes this file and knows neither type.
    void* tables = nullptr;     // its cpu::DescriptorTables
    void* scheduler = nullptr;  // its sched::Processor
    std::uint32_t online =
        0;  // 1: the record is complete. Whether the CPU is online, ap_states says
};

/// What init_percpu() copies into the record.
struct Prepared {
    x86::VirtualAddress stack_top;
    x86::VirtualAddress double_fault_stack_top;
};

static_assert(std::is_standard_layout_v<PerCpu> && sizeof(PerCpu) == 56);
static_assert(offsetof(PerCpu, self) == 0 && offsetof(PerCpu, id) == 8);

/// A cache line each, so that CPUs do not disturb each other; pages that nothing else shares, so
/// that the first access to them is known: see smp::init_percpu.
struct alignas(x86::page_size) PerCpuRecords {
    struct alignas(64) Line {
        PerCpu record;
    };
    Line lines[max_cpus];
};
extern PerCpuRecords per_cpu_records;

/// The letters of each AP, by CPU number. Those of the one being started are still in the mailbox.
extern std::array<trampoline::ApTrace, max_cpus> ap_traces;

/// Whether an AP came up in time. It and the BSP may both leave `starting`; the first one wins.
enum class ApState : std::uint32_t { unknown, starting, online, given_up };
extern std::array<ApState, max_cpus> ap_states;

/// One command to start, stop or reset a CPU, as it was written to the interrupt command register.
struct SentCommand {
    static constexpr std::uint64_t no_clock = ~std::uint64_t{0};

    std::uint64_t time_us = 0;        // as cpu::now_us(); no_clock before the clocks are known
    std::uint32_t low = 0, high = 0;  // the halves of the register
    std::uint32_t sender = 0;         // a CPU's number; max_cpus: an AP without a record
    std::uint32_t x2apic = 0;         // 1: the destination is all of `high`, not its upper byte
    std::uint32_t started = 0;        // the CPU that the BSP was starting then, or max_cpus
    trampoline::PageLook page = {};   // of a SIPI: what it found

    constexpr x86::InterruptCommand command() const {
        return x2apic != 0 ? x86::InterruptCommand{std::uint64_t{high} << 32 | low}
                           : x86::InterruptCommand::of_xapic(low, high);
    }

    constexpr bool operator==(const SentCommand&) const = default;
};

/// The first commands since the machine was switched on: those with which it woke its APs, with
/// room for three of each. Such a command leaves nothing behind that one could read afterwards: the
/// sender's register holds the last one only, and the receiver's APIC has none for them. An
/// ordinary interrupt is not noted, it shows in its handler.
struct SentCommands {
    std::uint32_t count = 0;  // goes on where there is no room any more
    std::uint32_t unused = 0;
    std::array<SentCommand, std::size_t{3} * max_cpus> first{};
};
extern SentCommands sent_commands;
extern trampoline::Mailbox last_message;  // what start_ap() was given last

/// What a panic leaves behind.
struct PanicRecord {
    static constexpr std::uint32_t unknown_cpu = 0xffffffff;

    std::uint32_t happened = 0;  // 1 once the other two are complete
    std::uint32_t cpu = 0;       // or unknown_cpu: an AP that has no record yet
    char text[256] = {};         // the reason, ended by a zero
};
extern PanicRecord panic_record;

/// A lock, as lib::Spinlock has it.
struct LockWord {
    const char* name;         // for messages
    std::uint32_t owner = 0;  // a lib::cpu_token, or 0: free
};
static_assert(sizeof(LockWord) == 16);

}  // namespace observed
