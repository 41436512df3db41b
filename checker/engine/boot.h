// What every emulator is asked for, and what it hands over when a run has ended.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "checker/evidence/evidence.h"
#include "checker/guest/symbols.h"
#include "checker/process/walls.h"
#include "lib/physical_memory.h"

namespace engine {

/// How long an emulator, while its machine stands still, may take to answer.
constexpr auto patience = std::chrono::seconds{10};
/// What is kept of an emulator's own complaints.
constexpr std::size_t error_limit = 8192;

/// One boot.
struct Request {
    evidence::Way way = evidence::Way::rom;
    std::filesystem::path kernel_elf;   // what is booted; symbols come from it too
    std::filesystem::path firmware;     // our own, for Way::rom
    bool second_machine = false;        // the firmware is that of firmware/second_machine.asm
    std::filesystem::path iso;          // for Way::iso; it holds the same kernel
    std::filesystem::path source_root;  // files below it are named relative to it,
    guest::Names source_names;          // and then like this
    unsigned cpus = 4;                  // 1..255 in QEMU, 1..15 in Bochs 2.7
    unsigned memory_mib = 128;
    std::string machine = "pc";                   // QEMU's
    std::string command_line = "panic=poweroff";  // the kernel's, for Way::elf; others have theirs
    bool sandboxed = false;                       // as far as the emulator sees this machine
    std::size_t serial_limit = 256 << 10;         // bytes; more is a flood
    std::size_t exception_limit = 10'000;         // on all CPUs together; more is a flood
    std::size_t log_limit = 64 << 20;             // bytes of the emulator's own; more is a flood

    // By the guest's clock, which counts instructions, or by the work that the engine has done: a
    // run that takes longer has timed out, on a busy host as on an idle one. A boot takes tenths of
    // a second of either.
    std::chrono::milliseconds guest_time_limit{10'000};
    std::chrono::duration<double> processor_time_limit{2};
    // By the host's clock: if this is over first, the host is too slow, and the engine has failed.
    std::chrono::milliseconds host_time_limit{60'000};
};

/// What an emulator of this name needs of the machine. What it boots it is given.
process::Sandbox sandbox_for(const std::string& emulator);

/// What a run left, as it came: what every engine hands over. Each adds its log. CPUs have the
/// emulator's numbers here.
struct Capture {
    evidence::Way way = evidence::Way::rom;
    bool second_machine = false;
    unsigned cpus_requested = 0;
    // Nothing where the machine stopped by itself: each engine has its own way to say how.
    std::optional<evidence::End> end = evidence::End::engine_failed;
    std::string error;      // why it failed, in words for the person at the terminal
    std::string registers;  // what the emulator answered when it was asked for them, of all CPUs
    std::map<unsigned, std::vector<std::byte>> pages;  // at 0x8000, as each AP found it
    std::map<unsigned, evidence::Arrival> arrivals;
    std::string serial;
    double seconds = 0, processor_seconds = 0;
};

/// How much of an AP's way is seen.
enum class Sees {
    entry,      // into C++
    whole_way,  // also the first instruction, at 0x8000, and what the labs' code leaves
};

/// The first APs, for which breakpoints stop the machine. A guest cannot keep an emulator busy with
/// that: after a few stops too many it has been enough.
class Arrivals {
  public:
    Arrivals(unsigned cpus, unsigned stops_for_each_cpu, Sees sees)
        : cpus_(cpus), most_stops_(stops_for_each_cpu * cpus), sees_(sees) {}

    /// An AP that has not been seen to start yet, or to enter C++.
    bool wants_page(unsigned cpu) const { return is_ap(cpu) && !pages_.contains(cpu); }
    bool wants(unsigned cpu) const { return is_ap(cpu) && !seen_.contains(cpu); }
    /// The page as it is in `memory` now, and empty where it cannot be read.
    void add_page(unsigned cpu, const lib::PhysicalMemory& memory);
    void add(unsigned cpu, const evidence::Arrival& arrival) { seen_.emplace(cpu, arrival); }
    /// What one that entered C++ has when the labs' code is behind it; to be added if it is wanted.
    bool wants_left(unsigned cpu) const {
        const auto seen = seen_.find(cpu);
        return seen != seen_.end() && !seen->second.left;
    }
    void add_left(unsigned cpu, const evidence::Registers& registers);
    /// To be asked once at each stop: whether no other need follow.
    bool was_last_stop() {
        const std::size_t done = sees_ == Sees::entry ? seen_.size() : left_;
        return ++stops_ >= most_stops_ || done >= std::min(evidence::watched_aps, cpus_ - 1);
    }
    /// What has been seen.
    void put_into(Capture& capture) const {
        capture.pages = pages_;
        capture.arrivals = seen_;
    }

  private:
    bool is_ap(unsigned cpu) const { return cpu != 0 && cpu < cpus_; }

    unsigned cpus_, most_stops_;
    Sees sees_;
    unsigned stops_ = 0, left_ = 0;
    std::map<unsigned, std::vector<std::byte>> pages_;
    std::map<unsigned, evidence::Arrival> seen_;
};

/// Who is who: the kernel numbers its CPUs in the order in which the firmware lists them, an
/// emulator from 0 on, and by these numbers their LAPICs have their IDs after a reset.
class Numbering {
  public:
    /// Of a machine with so many CPUs that starts by `way`.
    Numbering(evidence::Way way, unsigned cpus)
        : rotated_(way == evidence::Way::rom), cpus_(cpus) {}

    /// The emulator's number of the kernel's CPU number `cpu`. Our own firmware lists the BSP, then
    /// the second AP and on, and last the first (firmware/tables.asm); BIOSes list by ID.
    unsigned emulators(unsigned cpu) const;
    /// The kernel's number of the emulator's CPU `number`.
    unsigned kernels(unsigned number) const;

  private:
    bool rotated_;
    unsigned cpus_;
};

/// The evidence as far as it follows from that alone, with the registers of each CPU, where they
/// are known. `stopped` is how the run ended where the machine came to a stop by itself.
evidence::Evidence evidence_of(const Capture& capture, evidence::Engine engine,
                               std::span<const std::optional<evidence::Registers>> registers,
                               evidence::End stopped);

/// The evidence of an engine that could not run, and why.
evidence::Evidence failed(const Request& request, evidence::Engine engine, std::string why);

}  // namespace engine
