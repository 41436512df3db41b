#include "memory/memory.h"

#include "memory/frames.h"
#include "memory/kernel_space.h"

namespace memory {

void initialize(const boot::BootInfo& boot_info) {
    initialize_frames(boot_info);
    enter_kernel_space(ram());
}

}  // namespace memory
