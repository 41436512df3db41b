#pragma once

#include <filesystem>
#include <string>

#include "checker/evidence/evidence.h"
#include "checker/guest/machine.h"
#include "checker/guest/memory.h"
#include "checker/process/descriptor.h"

namespace look {

/// The folder that tools/debug.sh makes for its QEMU, with qmp, memory and log in it; and which
/// machine that is.
struct Place {
    std::filesystem::path folder, kernel_elf, source_root;
    std::string machine = "pc";  // QEMU's name
    evidence::Way way = evidence::Way::elf;
};

/// A machine that stands under a debugger, read as the checker reads one whose run is over. QEMU is
/// asked when this is made, of an APIC when that is looked at.
class Standing {
  public:
    /// Throws checker::Error where no such machine answers.
    explicit Standing(const Place& place);

    const evidence::Evidence& evidence() const { return evidence_; }
    guest::Machine machine() const { return {ram_, symbols_}; }
    /// It has died, or switched itself off: it never goes on.
    bool has_ended() const { return ended_; }
    /// The kernel's number of a thread of GDB's, which counts QEMU's CPUs from 1.
    unsigned cpu_of_thread(unsigned thread) const;
    /// What `info lapic` of QEMU's monitor says of a CPU. Throws checker::Error as the constructor
    /// does.
    std::string lapic(unsigned cpu) const;

  private:
    void ask_qemu(const Place& place);

    std::filesystem::path folder_;
    guest::Symbols symbols_;
    process::Mapping memory_;
    guest::RamFile ram_;
    bool ended_ = false;
    evidence::Evidence evidence_;
};

}  // namespace look
