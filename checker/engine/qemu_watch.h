#pragma once

#include "checker/engine/descriptor.h"
#include "checker/engine/request.h"
#include "checker/evidence/machine.h"
#include "checker/evidence/qemu_evidence.h"

namespace engine {

/// Boots in QEMU, with `memory` as the guest's RAM, waits until the guest ends, halts for good,
/// writes without end or is out of time, asks for all registers, and ends QEMU. Looks at each AP as
/// it enters C++: `machine` has the same memory, as it is at any time, and the kernel's symbols.
evidence::QemuCapture watch_qemu(const Request& request, Descriptor memory,
                                 const evidence::Machine& machine);

}  // namespace engine
