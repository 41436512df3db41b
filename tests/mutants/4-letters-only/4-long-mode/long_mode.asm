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
    leave_stage 'a'

    leave_stage 'l'

    leave_stage 'R'
    leave_stage 'J'
    leave_stage 'W'
%assign i 0
%rep 20
    %substr letter '123ABCXYEFGHIJKLD456' i + 1
    leave_stage letter
    %assign i i + 1
%endrep
.asleep:
    hlt
    jmp .asleep
    ; --- student code ends ---
