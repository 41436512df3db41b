// What one boot left behind, as a value: one of ours, or, with gaps, one of which somebody has a
// log. Everything after it is a pure function of it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "memory/table_scan.h"
#include "observed.h"
#include "x86/control_registers.h"
#include "x86/page_walk.h"

namespace evidence {

enum class Engine { qemu, bochs };

/// By which firmware the machine starts, and who puts the kernel into its memory.
enum class Way {
    rom,  // our own firmware; the emulator has loaded the kernel
    elf,  // SeaBIOS and QEMU's -kernel; Bochs has nothing like it
    iso,  // the emulator's BIOS, and GRUB from a CD
};

/// On the command line and in data.
inline constexpr auto way_names = std::to_array<std::pair<std::string_view, Way>>(
    {{"rom", Way::rom}, {"elf", Way::elf}, {"iso", Way::iso}});

/// How a run ended, as the engine (never the guest's output) says.
enum class End {
    powered_off,    // the kernel reached its end and switched the machine off
    panicked,       // the kernel stopped itself (its panic record says why)
    triple_fault,   // a CPU shut down: an exception chain ended without a handler
    reset,          // the machine was reset by other means (keyboard controller, 0xcf9, ACPI)
    timed_out,      // neither, within the time given
    flooded,        // the serial line or the engine's log passed its limit
    engine_broken,  // the guest ended the engine or kept it from answering; the reference does not
    engine_failed,  // the engine itself could not run: never the student's fault
};

/// A place in the kernel or in a student's file, from the ELF's symbols and DWARF lines.
struct Location {
    std::uint64_t address = 0;
    std::string symbol;       // demangled, without parameters: "smp::init_percpu"
    std::string file;         // relative to the project or to the submission
    unsigned line = 0;        // 0 where unknown
    std::string instruction;  // disassembled at `address`, empty where unknown
    std::optional<std::uint64_t> no_address = {};  // that it was to use, and is not canonical
};

struct Segment {
    std::uint16_t selector = 0;
    std::uint64_t base = 0;
    std::uint32_t limit = 0;
    bool long_mode = false;  // L
    bool size_32 = false;    // D/B
};

struct TableRegister {
    std::uint64_t base = 0;
    std::uint32_t limit = 0;
};

struct Registers {
    std::uint64_t rip = 0, rsp = 0, rflags = 0;
    std::uint64_t rax = 0, rbx = 0, rcx = 0, rdx = 0, rsi = 0, rdi = 0, rbp = 0;
    std::uint64_t r8 = 0, r9 = 0, r10 = 0, r11 = 0, r12 = 0, r13 = 0, r14 = 0, r15 = 0;
    x86::ControlState control;
    std::uint64_t cr2 = 0;
    Segment cs, ss, ds, gs;
    Segment ldtr, tr;        // zero likewise
    TableRegister gdt, idt;  // zero where the engine does not tell (Bochs)
    bool halted = false;
    bool efer_told = true;  // false: EFER is not known, but for what the mode says
};

/// The general registers by name, in the order of their numbers. [sdm2 3.1.1.3]
inline constexpr auto general_registers =
    std::to_array<std::pair<std::string_view, std::uint64_t Registers::*>>(
        {{"RAX", &Registers::rax},
         {"RCX", &Registers::rcx},
         {"RDX", &Registers::rdx},
         {"RBX", &Registers::rbx},
         {"RSP", &Registers::rsp},
         {"RBP", &Registers::rbp},
         {"RSI", &Registers::rsi},
         {"RDI", &Registers::rdi},
         {"R8", &Registers::r8},
         {"R9", &Registers::r9},
         {"R10", &Registers::r10},
         {"R11", &Registers::r11},
         {"R12", &Registers::r12},
         {"R13", &Registers::r13},
         {"R14", &Registers::r14},
         {"R15", &Registers::r15}});

/// One exception that an engine delivered, before any handler of the guest saw it.
struct Exception {
    std::uint8_t vector = 0;
    std::optional<std::uint32_t> error;
    std::optional<std::uint64_t> cr2;  // page faults only
    Location where;
    std::string engine_text;                  // the engine's own reason, where it gives one (Bochs)
    std::optional<Registers> registers = {};  // as it found them; nothing where nobody can tell
    std::optional<std::uint8_t> interrupt = {};  // whose delivery failed with it, by a log
    bool int_instruction = false;                // which was an INT n
};

/// What a CPU's page tables map in the lower half of its addresses, of which the kernel uses
/// nothing but, while APs start, the first 2 MiB.
struct LowMap {
    std::vector<memory::MappedPage> pages;   // by address; the first few, where there are very many
    bool complete = true;                    // false: there are more, or tables that cannot be read
    std::vector<std::uint64_t> tables = {};  // on the way to 0x8000, below the root, and nobody's
};

/// How many APs are looked at as they start and arrive, in this order: all that a check has.
inline constexpr unsigned watched_aps = 3;

/// An AP at the first instruction of ap_entry64: what the way there has made of it.
struct Arrival {
    Registers registers;
    LowMap low_map;
    std::vector<unsigned> root_entries = {};  // that are present in its PML4
    std::optional<Registers> left = {};  // as the labs' code left them, in given code behind it
    trampoline::Mailbox mailbox = {};    // of the page that it found
};

/// What the kernel has ready for a CPU, and init_percpu() copies into its record.
struct Belongings {
    std::uint64_t stack_top = 0, double_fault_stack_top = 0, tables = 0;

    bool operator==(const Belongings&) const = default;
};

/// A CPU's record in the kernel's memory, when the run ended.
struct Record {
    std::uint64_t address = 0;   // where it lies, whatever that CPU's GS base says
    std::uint64_t self = 0;      // what it holds as its own address
    std::uint32_t id = 0;        // the CPU's number, as it wrote it
    std::uint32_t lapic_id = 0;  // as the CPU read it
    bool complete = false;       // as it says of itself
    Belongings holds = {};       // what it names
    Belongings prepared = {};    // what the kernel had ready; all zero where nobody can tell
};

/// A page that no kernel that has come up maps so: "writable and executable".
struct LaidOpen {
    memory::MappedPage page;
    std::string_view how;
};

/// Where the kernel's code or constants in memory are not what was linked there.
struct Overwritten {
    Location where;             // the first such byte; of the trampoline's image as it was linked
    bool in_image = false;      // in the trampoline's image, from which start_ap() copies
    std::byte linked{}, now{};  // that byte
    std::optional<std::uint64_t> leads_to = {};  // or whither that page, or gate, leads
};

/// Where the code of a source line lies.
struct CodeLine {
    std::uint64_t address = 0, end = 0;
    std::string file;  // as in Location
    unsigned line = 0;
};

/// What labs 2 and 3 have left at physical 0x8000, when the run ended.
struct TrampolinePage {
    std::vector<std::byte> page;       // the 4 KiB at 0x8000
    std::vector<std::byte> image;      // the kernel's own, which belongs there
    std::uint64_t entry = 0;           // the address of ap_entry64
    std::vector<CodeLine> lines = {};  // of the image's code, by address
    // Where low memory has the last message first, if the mailbox does not name the entry.
    std::optional<std::uint64_t> message_at = {};
};

/// What the machine's CPUs have sent to start, stop or reset one another, when the run ended.
struct Sent {
    std::vector<observed::SentCommand> first;  // in their order, as many as the kernel keeps
    std::uint32_t count = 0;                   // of all
};

inline constexpr std::size_t kept_commands = 2048;  // more than three of each CPU, twice

/// An INIT or a SIPI as the engine itself saw it: what the kernel notes, ring 0 can forge. Those of
/// the firmware come first.
struct SeenCommand {
    bool sipi = false;
    std::uint32_t apic_id = 0;             // of who got it
    std::optional<std::uint32_t> low;      // as it was written (QEMU)
    std::optional<std::uint64_t> time_us;  // by the guest's clock (Bochs)
};

/// The loop that a CPU was in, as far as the code shows it.
struct Loop {
    unsigned first_line = 0, last_line = 0;  // in the file of that place; 0 where unknown
    bool endless = false;                    // nothing in it leads out
    std::vector<std::string> reads;          // the variables that it names: "cpu::clock + 0x8"
};

/// A lib::Spinlock that a CPU waits for.
struct AwaitedLock {
    std::string name;
    std::optional<unsigned> owner;  // the CPU that holds it; nothing where none has that token
};

/// What the kernel has noted of an AP that it started.
using Handshake = observed::ApState;

struct Cpu {
    unsigned cpu = 0;           // the kernel's number; 0 is the BSP
    std::uint32_t apic_id = 0;  // as the machine has it, and the firmware's MADT
    std::string trace;  // the letters of its stages, from guest memory or, in Bochs, the line
    std::optional<Registers> registers;  // as it was when the run ended
    Location where;                      // of its RIP when the run ended; no symbol where unknown
    std::vector<Exception> exceptions;   // the chain that ended it, oldest first
    bool died = false;                   // this CPU's shutdown ended the run
    std::optional<LowMap> low_map;       // when the run ended; nothing without 4-level paging
    std::optional<Record> record;        // nothing where memory could not be read
    /// The page at 0x8000 when the AP was seen first: in QEMU as it entered C++. Empty: not seen.
    std::vector<std::byte> found;
    std::optional<Arrival> arrival;   // nothing where it never came to C++, or was not watched
    std::vector<Location> callers;    // of `where`, innermost first, by frame pointers
    std::optional<Loop> loop;         // that it stands in, when the run ended
    std::optional<AwaitedLock> lock;  // that it waits for in lib::Spinlock::lock
    Handshake handshake = Handshake::unknown;  // unknown too where memory could not be read
    std::optional<bool> lapic_in_memory;       // it has its registers there, in xAPIC mode (Bochs)
};

/// The walk for the address that the first exception of the dead CPU could not reach.
struct FaultWalk {
    unsigned cpu = 0;
    x86::PageWalk walk;
};

/// The same instruction faulted again and again, each time lower on the stack: nothing returned.
struct Recursion {
    Exception every;                 // each of them
    std::size_t count = 0;           // of those that were kept
    std::optional<Exception> began;  // what was logged before the first of them
};

/// Who tells of a CPU's state, where that is no log of an engine's.
enum class Reporter { kvm, firmware, virtualbox };

/// What a log of any kernel tells beside the CPU that died, the only one in its evidence.
struct Log {
    std::string version;               // of the engine, where the log has it
    std::optional<Reporter> reporter;  // nothing: the engine's own log
    std::string said;                  // by the reporter, before the registers
    std::size_t triple_faults = 0;     // of which the evidence is about the first
    std::size_t exceptions = 0;        // that were logged
    bool names_cpu = false;            // which one died
    bool reset_hides_it = false;  // the log has the reset after it, and no CPU as that found it
    bool cut_out = false;         // the registers were printed, and somebody has taken them out
    bool resets_alone = false;    // the log has CPUs that were reset, and nothing of exceptions
    bool after_control_register = false;  // by the ELF file, one was written right before
    std::vector<std::byte> code;          // where the CPU stood
    std::vector<Registers> others;        // of other CPUs, or at other times
    std::vector<Exception> earlier;       // the last that are no part of the chain
    std::optional<Recursion> recursion;
    std::vector<std::string> words;  // what the engine said of that CPU last
};

struct Evidence {
    Engine engine = Engine::qemu;
    Way way = Way::rom;
    bool second_machine = false;
    unsigned cpus_requested = 0;  // of a log: as many as it names
    End end = End::engine_failed;
    std::vector<Cpu> cpus;  // by CPU number; [0] is the BSP
    std::optional<FaultWalk> fault_walk;
    std::vector<unsigned> root_entries;        // that are present in the BSP's PML4, at the end
    x86::PageWalk direct_map;                  // the BSP's walk to physical 0x8000 through it
    std::optional<LaidOpen> laid_open;         // by the BSP's tables then
    std::optional<TrampolinePage> trampoline;  // nothing where memory could not be read
    std::optional<Overwritten> overwritten;    // nothing too where all is as it was linked
    /// The frames that lab 1 had for its tables when the run ended; nothing where nobody can tell.
    std::optional<std::vector<std::uint64_t>> low_map_frames;
    std::optional<Sent> sent;                             // likewise
    std::optional<trampoline::Mailbox> message;           // what start_ap() was given last
    std::vector<SeenCommand> seen;                        // the last of them
    std::optional<std::set<std::uint32_t>> asked_lapics;  // for their IDs; nothing: not told
    std::size_t lapic_ids_given = 0;    // how often one was told another, as the engine has seen
    bool managed_system = false;        // a CPU was in system management mode, by the engine's log
    std::string panic_text;             // the first line of the kernel's panic, from guest memory
    std::optional<unsigned> panic_cpu;  // whose panic it is, where its record or its stack tells
    std::string serial;                 // what the guest printed: shown, never believed
    std::string engine_error;           // why the engine failed
    double seconds = 0, processor_seconds = 0;  // 0: not to be told; how long the engine worked
    std::optional<Log> log;  // nothing where the checker itself has booted the machine
};

}  // namespace evidence
