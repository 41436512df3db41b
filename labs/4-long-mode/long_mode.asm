; Lab 4: from 32-bit protected mode to 64-bit C++ in the higher half.
;
; on entry: 32-bit code, paging off, flat segments, a small stack, the 64-bit tables in GDTR;
;           the mailbox holds the BSP's control registers, this AP's stack and the entry
; on exit:  the entry is called with the mailbox's address as its argument; it never returns
%include "constants.inc"
%include "trampoline/stage.inc"

global long_mode
extern match_bsp_in_trampoline

section .trampoline.long_mode progbits alloc exec nowrite align=16
bits 32

long_mode:
    ; --- student code begins ---
    ; TODO: everything that has to be true before this jump, and all that comes after it.
    jmp code_selector:.in_64_bit

bits 64
.in_64_bit:
    hlt
    jmp .in_64_bit
    ; --- student code ends ---
