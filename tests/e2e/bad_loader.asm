; A loader that gets it wrong. QEMU enters it by PVH, with Sipi's kernel in memory already; it goes
; on to the kernel's entry point ENTRY with MAGIC in eax and what one of the names below stands for
; in ebx.
bits 32

section .note.pvh note alloc noexec nowrite align=4
    dd 4, 4, 18                         ; PVH's 32-bit entry point [pvh]
    db "Xen", 0
    dd entry

section .text progbits alloc exec nowrite align=16
global entry
entry:
    mov eax, MAGIC
    mov ebx, information
    mov ecx, ENTRY
    jmp ecx

start_info_magic equ 0x336ec578

%ifdef NOTHING
information equ 0
%endif
    align 8
%ifdef ENDLESS                          ; a size beyond all memory, and a tag that never ends
information:
    dd 0xfffffff8, 0, 1, 0
%endif
%ifdef EMPTY_TAGS                       ; the end tag alone
information:
    dd 16, 0, 0, 8
%endif
%ifdef ZEROES
information:
    times 16 dd 0
%endif
%ifdef NO_MAP                           ; start_info, version 1, with no entries
information:
    dd start_info_magic, 1, 0, 0
    dq 0, 0, 0, 0
    dd 0, 0
%endif
%ifdef MAP_ELSEWHERE                    ; its map lies where there is no memory
information:
    dd start_info_magic, 1, 0, 0
    dq 0, 0, 0, 0xfffffffffff00000
    dd 4, 0
%endif
