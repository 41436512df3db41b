; Lab 5, first half: EFER.NXE in the trampoline, before paging brings the kernel's tables into use.
;
; on entry: 32-bit code, paging off, flat segments, a small stack; the mailbox holds the BSP's
;           control registers; EFER.LME is set
; on exit:  returns; may change eax, ebx, ecx, edx and the flags
%include "constants.inc"

global match_bsp_in_trampoline

section .trampoline.match_bsp progbits alloc exec nowrite align=16
bits 32

match_bsp_in_trampoline:
    ; --- student code begins ---
    cli
    hlt
    ; --- student code ends ---
    ret
