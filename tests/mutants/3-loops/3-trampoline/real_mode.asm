; Lab 3: the first instructions of an AP, in 16-bit real mode at physical 0x8000.
;
; on entry: a SIPI has just started this CPU: CS = 0x0800, IP = 0, interrupts off; every other
;           register is as INIT left it
; on exit:  `protected_mode` in 32-bit code, paging off
;
; The code is linked at 0x8000, but CS = 0x0800 counts from its own base: with DS = 0 a label is a
; data address as it stands, while a near jump stays within CS.
%include "constants.inc"
%include "trampoline/stage.inc"

global real_mode
extern protected_mode

section .trampoline.real_mode progbits alloc exec nowrite align=16
bits 16

real_mode:
    ; --- student code begins ---
    jmp $
    ; --- student code ends ---
