; One thread's registers for another's.
bits 64

global switch_stacks
global first_entry
extern task_main

section .text

; void switch_stacks(std::uint64_t* save, std::uint64_t resume)
;
; on entry: interrupts off; rdi = where to leave the old stack pointer, rsi = the one to go on with
; on exit:  on the other stack, at the return address that lies there
;
; To the compiler this is a function like any other, so only what such a function must preserve
; needs to be kept [sysv 3.2.1]; the caller has already put the rest on its stack. RFLAGS is not
; kept: interrupts are off on both sides, and each side restores its own setting later. There is
; no SSE state, the kernel is compiled without it. The order is SwitchFrame's in switch.h.
switch_stacks:
    push rbp
    push rbx
    push r12
    push r13
    push r14
    push r15
    mov [rdi], rsp                      ; from here on the old stack holds everything
    mov rsp, rsi
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbx
    pop rbp
    ret

; Where a new task's first frame returns to.
;
; on entry: interrupts off; rsp 16-byte aligned, as a call wants it; rbp = 0, the backtrace's end
first_entry:
    call task_main                      ; does not return
    ud2
