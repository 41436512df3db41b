; Lab 3: the first instructions of an AP, in 16-bit real mode at physical 0x8000.
;
; on entry: a SIPI has just started this CPU: CS = 0x0800, IP = 0, interrupts off; every other
;           register is as INIT left it
; on exit:  `protected_mode` in 32-bit code, paging off
;
; The code is linked at 0x8000, and IP counts from 0 in a segment with base 0x8000. With DS = 0 a
; label is a data address as it stands. Near jumps are relative, so they do not care; the far jump
; needs the whole address, for it loads a CS with base 0. There is no stack yet.
%include "constants.inc" ; numbers of the C++ headers, made from trampoline/constants.cc
%include "trampoline/stage.inc"

global real_mode
extern protected_mode

section .trampoline.real_mode progbits alloc exec nowrite align=16
bits 16

real_mode:
    ; --- student code begins ---
    ; TODO: from real mode to `protected_mode`. Until then an AP that comes here sleeps for good.
    ; The loop is there because in QEMU a second SIPI ends a HLT.
    cli
.asleep:
    hlt
    jmp .asleep
    ; --- student code ends ---
