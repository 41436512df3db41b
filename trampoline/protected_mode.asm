; Between the two hard parts: the AP has just left real mode.
;
; on entry: 32-bit code at its selector, paging off, interrupts off; the other segment registers
;           still hold real-mode values
; on exit:  flat data segments, a small stack, CR0.CD and NW clear, the 64-bit tables in GDTR
%include "constants.inc"
%include "trampoline/stage.inc"

global protected_mode
extern long_mode

section .trampoline.protected_mode progbits alloc exec nowrite align=16
bits 32

protected_mode:
    mov ax, data_selector
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov esp, trampoline_stack_top

    ; INIT keeps CR0.CD and NW as they were: the caches are off if nobody has turned them on since
    ; RESET. QEMU and Bochs set both bits at every INIT. The AP's CR0 must become the BSP's, whose
    ; caches are on. [sdm3 10.1.1, 12.5.3]
    mov eax, cr0
    and eax, ~cr0_caches_off
    mov cr0, eax
    leave_stage 'p'

    ; The segment registers keep what they have loaded, so 32-bit code goes on under the new table
    ; until something loads CS again: the far jump in long_mode, with paging on.
    lgdt [gdt64_pointer]
    jmp long_mode
