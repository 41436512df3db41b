#include "checker/engine/qemu.h"

#include "checker/engine/mapping.h"
#include "checker/engine/qemu_watch.h"
#include "checker/evidence/guest_memory.h"
#include "checker/evidence/qemu_evidence.h"
#include "checker/evidence/symbols.h"

namespace engine {

evidence::Evidence run_qemu(const Request& request) {
    const evidence::Symbols symbols{request.kernel_elf, request.source_root};
    const std::size_t size = std::size_t{request.memory_mib} << 20;
    Descriptor memory_file = anonymous_memory(size);
    const Mapping memory{memory_file, size};
    const evidence::RamFile ram{memory.bytes(), evidence::ram_below_4_gib(request.machine, size)};
    const evidence::Machine machine{ram, symbols};
    return evidence::read_qemu(watch_qemu(request, std::move(memory_file), machine), machine);
}

}  // namespace engine
