#pragma once

#include "checker/engine/descriptor.h"
#include "checker/engine/request.h"
#include "checker/evidence/qemu_evidence.h"

namespace engine {

/// Boots in QEMU, with `memory` as the guest's RAM, waits until the guest ends, halts for good,
/// writes without end or is out of time, asks for all registers, and ends QEMU.
evidence::QemuCapture watch_qemu(const Request& request, Descriptor memory);

}  // namespace engine
