#include "memory/stack.h"

#include "lib/spinlock.h"
#include "memory/kernel_space.h"

namespace memory {
namespace {

constinit lib::Spinlock stacks_lock("stacks");
constinit StackPool stacks(kernel_backing);

}  // namespace

Stack allocate_stack(std::size_t pages) {
    const lib::LockGuard guard(stacks_lock);
    return stacks.allocate(pages);
}

void free_stack(Stack stack) {
    const lib::LockGuard guard(stacks_lock);
    stacks.free(stack);
}

std::optional<Stack> stack_guarded_by(x86::VirtualAddress address) {
    return stacks.guarded_by(address);
}

}  // namespace memory
