; The stack of the BSP until its first task, with a page below it that the final tables leave out.
global boot_stack_guard
global boot_stack_top

section .bss.boot_stack nobits alloc noexec write align=4096
boot_stack_guard:
    resb 4096
    resb 8 * 4096
boot_stack_top:
