#pragma once

#include "checker/evidence/evidence.h"

namespace engine {

/// Who is who: the kernel numbers its CPUs in the order in which the firmware lists them, an
/// emulator by their LAPIC IDs, from 0 on. Both engines give CPU i of the emulator the ID i.
class Numbering {
  public:
    /// Of a machine with so many CPUs that starts by `way`.
    Numbering(evidence::Way way, unsigned cpus)
        : rotated_(way == evidence::Way::rom), cpus_(cpus) {}

    /// The LAPIC ID of the kernel's CPU number `cpu`. Our own firmware lists the BSP, then the
    /// second AP and on, and last the first (firmware/tables.asm); BIOSes list by ID.
    unsigned apic_id_of(unsigned cpu) const {
        if (!rotated_ || cpu == 0 || cpu >= cpus_) {
            return cpu;
        }
        return cpu + 1 == cpus_ ? 1 : cpu + 1;
    }

    /// The kernel's number of the CPU with that LAPIC ID.
    unsigned number_of(unsigned apic_id) const {
        if (!rotated_ || apic_id == 0 || apic_id >= cpus_) {
            return apic_id;
        }
        return apic_id == 1 ? cpus_ - 1 : apic_id - 1;
    }

  private:
    bool rotated_;
    unsigned cpus_;
};

}  // namespace engine
