#pragma once

#include "checker/engine/request.h"
#include "checker/guest/machine.h"
#include "checker/process/descriptor.h"
#include "checker/qemu/read.h"

namespace qemu {

/// Boots in QEMU, with `memory` as the guest's RAM, waits until the guest ends, halts for good,
/// writes without end or is out of time, asks for all registers, and ends QEMU. Looks at each AP as
/// it enters C++: `machine` has the same memory, as it is at any time, and the kernel's symbols.
qemu::Capture watch(const engine::Request& request, process::Descriptor memory,
                    const guest::Machine& machine);

}  // namespace qemu
