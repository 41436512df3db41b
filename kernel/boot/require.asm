; Asks, before anything needs it, whether this processor has CPUID, long mode and NX, and says on
; the serial line which is missing. There is no one else to say it: no stack of calls, no console.
%include "constants.inc"
%include "trampoline/stage.inc"

global require_cpu_features

section .boot.text progbits alloc exec nowrite align=16
bits 32

; on entry: 32-bit, a stack
; on exit:  returns if the processor has all three, else halts; keeps edi and esi
require_cpu_features:
    ; CPUID exists where bit 21 of EFLAGS can be changed. [sdm1 20.1.2]
    pushfd
    pop eax
    mov ecx, eax
    xor eax, rflags_id
    push eax
    popfd
    pushfd
    pop eax
    push ecx
    popfd
    cmp eax, ecx
    mov ebp, no_cpuid
    je refuse

    mov eax, cpuid_highest_extended
    cpuid
    cmp eax, cpuid_extended_features
    mov ebp, no_long_mode
    jb refuse
    mov eax, cpuid_extended_features
    cpuid
    test edx, cpuid_long_mode
    jz refuse
    mov ebp, no_nx
    test edx, cpuid_nx
    jz refuse
    ret

; ebp: the text, ended by a zero
refuse:
    mov bl, [ebp]
    test bl, bl
    jz .halt
    wait_for_uart uart_transmit_empty
    mov dx, uart_data
    mov al, bl
    out dx, al
    inc ebp
    jmp refuse
.halt:
    cli
    hlt
    jmp .halt

section .boot.rodata progbits alloc noexec nowrite align=8
no_cpuid:
    db "sipi: this processor has no CPUID instruction; Sipi needs an x86-64 processor", 10, 0
no_long_mode:
    db "sipi: this processor has no long mode; Sipi needs an x86-64 processor"
    db " (in QEMU: -cpu qemu64)", 10, 0
no_nx:
    db "sipi: this processor has no NX, or the firmware has switched it off; Sipi needs it"
    db " (in QEMU: -cpu qemu64,+nx)", 10, 0
