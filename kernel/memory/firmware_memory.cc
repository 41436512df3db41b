#include "memory/firmware_memory.h"

#include "memory/kernel_space.h"
#include "memory/layout.h"

namespace memory {

std::span<const std::byte> FirmwareMemory::at(x86::PhysicalAddress address,
                                              std::size_t size) const {
    if (size == 0 || !make_readable(address, size)) {
        return {};
    }
    return {x86::pointer_to<const std::byte>(direct_map(address)), size};
}

}  // namespace memory
