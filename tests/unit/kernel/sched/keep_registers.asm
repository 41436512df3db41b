; A caller of switch_stacks() that notices what is not kept.
bits 64

global switch_with_registers
extern switch_stacks

section .text

; void switch_with_registers(std::uint64_t* save, std::uint64_t resume, std::uint64_t values[6])
;
; Calls switch_stacks(save, resume) with rbx, rbp and r12 to r15 taken from `values`, and leaves
; there what they hold when it returns.
switch_with_registers:
    push rbx
    push rbp
    push r12
    push r13
    push r14
    push r15
    push rdx                            ; and the stack is aligned for the call
    mov rbx, [rdx]
    mov rbp, [rdx + 8]
    mov r12, [rdx + 16]
    mov r13, [rdx + 24]
    mov r14, [rdx + 32]
    mov r15, [rdx + 40]
    call switch_stacks
    pop rdx
    mov [rdx], rbx
    mov [rdx + 8], rbp
    mov [rdx + 16], r12
    mov [rdx + 24], r13
    mov [rdx + 32], r14
    mov [rdx + 40], r15
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbp
    pop rbx
    ret
