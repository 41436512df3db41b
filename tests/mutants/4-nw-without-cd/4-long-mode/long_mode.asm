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
    mov eax, cr4
    or eax, cr4_pae
    mov cr4, eax
    ; A 32-bit move loads 32 bits, however many registers stand ready: the kernel keeps its PML4
    ; below 4 GiB for this instruction. [sdm3 4.5]
    mov eax, [mailbox_cr3]
    mov cr3, eax
    leave_stage 'a'

    mov ecx, msr_efer
    rdmsr
    or eax, efer_lme
    wrmsr
    call match_bsp_in_trampoline
    leave_stage 'l'

    ; Paging with LME set turns on long mode; the far jump then loads a CS with L set, and the
    ; processor leaves 32-bit compatibility mode. [sdm3 10.8.5]
    mov eax, cr0
    or eax, cr0_pg | 1 << 29
    mov cr0, eax
    jmp code_selector:.in_64_bit

bits 64
.in_64_bit:
    mov ax, data_selector
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov rsp, [abs mailbox_stack_top]
    mov rbx, [abs mailbox_entry]
    leave_stage 'R'

    bt rbx, 63
    jnc .entry_is_wrong
    leave_stage 'J'

    mov edi, mailbox
    leave_stage 'W'
    call rbx

.entry_is_wrong:
    hlt
    jmp .entry_is_wrong
    ; --- student code ends ---
