; The way into C++ from every exception and interrupt, and the way back.
%include "constants.inc"

global trap_entries
extern handle_trap

section .text

; on entry: through a gate: interrupts off; rip, cs, rflags, rsp, ss pushed, and for some vectors an
;           error code below them
; on exit:  at save_registers with an error code for all vectors, and below it the vector
%macro entry_of_vector 1
.vector_%1:
%if %1 >= 32
    push 0
%elif (vectors_with_error_code >> %1 & 1) == 0
    push 0
%endif
    push %1
    jmp save_registers
%endmacro

trap_entry:
%assign vector 0
%rep 256
    entry_of_vector vector
%assign vector vector + 1
%endrep

; on entry: as above; every other register is the interrupted code's
; on exit:  all of them are as before, unless the handler changed them in its TrapFrame
save_registers:
    push rax
    push rcx
    push rdx
    push rbx
    push rbp
    push rsi
    push rdi
    push r8
    push r9
    push r10
    push r11
    push r12
    push r13
    push r14
    push r15
    cld
    mov rdi, rsp                        ; its argument: the TrapFrame
    call handle_trap
    pop r15
    pop r14
    pop r13
    pop r12
    pop r11
    pop r10
    pop r9
    pop r8
    pop rdi
    pop rsi
    pop rbp
    pop rbx
    pop rdx
    pop rcx
    pop rax
    add rsp, 16                         ; vector and error code
    iretq

section .rodata align=8

; The address of each entry, by vector, for the IDT.
trap_entries:
%assign vector 0
%rep 256
    dq trap_entry.vector_%+ vector
%assign vector vector + 1
%endrep
