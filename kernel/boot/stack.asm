; The stacks of the BSP until there is memory to allocate: one to run on, one for the traps that
; cannot trust the first (smp/per_cpu.cc). The page below each is left out of the final tables.
global boot_stack_guard
global boot_stack_top
global emergency_stack_guard
global emergency_stack_top

section .bss.boot_stack nobits alloc noexec write align=4096
boot_stack_guard:
    resb 4096
    resb 8 * 4096
boot_stack_top:
emergency_stack_guard:
    resb 4096
    resb 2 * 4096
emergency_stack_top:
