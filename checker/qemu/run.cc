#include "checker/qemu/run.h"

#include "checker/guest/memory.h"
#include "checker/guest/symbols.h"
#include "checker/process/mapping.h"
#include "checker/qemu/command.h"
#include "checker/qemu/read.h"
#include "checker/qemu/watch.h"

namespace qemu {

evidence::Evidence run(const engine::Request& request) {
    const guest::Symbols symbols{request.kernel_elf, request.source_root};
    const std::size_t size = std::size_t{request.memory_mib} << 20;
    process::Descriptor memory_file = process::anonymous_memory(size);
    const process::Mapping memory{memory_file, size};
    const guest::RamFile ram{memory.bytes(), qemu::ram_below_4_gib(request.machine, size)};
    const guest::Machine machine{ram, symbols};
    return qemu::read(watch(request, std::move(memory_file), machine), machine);
}

}  // namespace qemu
