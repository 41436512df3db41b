; The first instructions of the kernel on the BSP: from either loader to kernel_main.
;
; on entry: 32-bit protected mode, flat segments, paging off, interrupts off; ebx points at the
;           loader's information; multiboot2 also leaves its magic in eax
; on exit:  64-bit mode in the higher half, on the boot stack, with the first tables:
;           0..4 GiB at identity and at the direct map, 0..1 GiB at kernel_base
%include "constants.inc"

global multiboot2_entry
global pvh_entry
global boot_stack_guard
global boot_stack_top
global emergency_stack_guard
global emergency_stack_top
extern kernel_main
extern require_cpu_features

section .boot.text progbits alloc exec nowrite align=16
bits 32

; PVH says nothing in eax, so the kernel is told the loader by the entry that was taken.
pvh_entry:
    mov eax, pvh_entry_taken

multiboot2_entry:
    cli
    cld
    mov esp, boot_stack_top - kernel_base
    mov edi, eax                        ; kernel_main's first argument: the loader's magic
    mov esi, ebx                        ; and its second: the loader's information
    call require_cpu_features
    call build_first_tables

    mov eax, cr4
    or eax, cr4_pae
    mov cr4, eax
    mov eax, first_pml4
    mov cr3, eax
    mov ecx, msr_efer
    rdmsr
    or eax, efer_lme | efer_nxe
    wrmsr
    ; Not every firmware turns the caches on. [sdm3 12.5.3]
    mov eax, cr0
    and eax, ~cr0_caches_off
    or eax, cr0_pg | cr0_wp
    mov cr0, eax
    lgdt [first_gdt_pointer]
    jmp code_selector:in_64_bit

; Every entry below is present and writable. Only its low 32 bits are written: the loader has zeroed
; the rest.
build_first_tables:
    mov dword [first_pml4], first_pdpt + table_bits
    mov dword [first_pml4 + direct_map_index * 8], first_pdpt + table_bits
    mov dword [first_pml4 + kernel_index * 8], first_kernel_pdpt + table_bits
    mov dword [first_kernel_pdpt + kernel_pdpt_index * 8], first_page_directories + table_bits

    mov eax, first_page_directories + table_bits
    xor ecx, ecx
.next_gib:
    mov [first_pdpt + ecx * 8], eax
    add eax, 4096
    inc ecx
    cmp ecx, 4
    jb .next_gib

    mov eax, huge_page_bits
    xor ecx, ecx
.next_huge_page:
    mov [first_page_directories + ecx * 8], eax
    add eax, huge_page_size
    inc ecx
    cmp ecx, 4 * 512
    jb .next_huge_page
    ret

bits 64
in_64_bit:
    mov ax, data_selector
    mov ds, ax
    mov es, ax
    mov ss, ax
    xor eax, eax
    mov fs, ax
    mov gs, ax
    mov rsp, boot_stack_top
    xor ebp, ebp                        ; a backtrace ends here
    mov rax, kernel_main
    mov edi, edi                        ; the upper halves were never defined
    mov esi, esi
    call rax
.never:
    hlt
    jmp .never

section .boot.rodata progbits alloc noexec nowrite align=8
first_gdt:
    dq 0
    dq segment_code64
    dq segment_data64
first_gdt_end:
first_gdt_pointer:
    dw first_gdt_end - first_gdt - 1
    dd first_gdt

section .boot.bss nobits alloc noexec write align=4096
first_pml4:
    resb 4096
first_pdpt:
    resb 4096
first_kernel_pdpt:
    resb 4096
first_page_directories:
    resb 4 * 4096

; The BSP's two stacks: one to run on, one for the traps that cannot trust the first. It needs them
; before there is memory to allocate, and keeps them. The page below each stays unmapped.
section .bss.boot_stack nobits alloc noexec write align=4096
boot_stack_guard:
    resb 4096
    resb 8 * 4096
boot_stack_top:
emergency_stack_guard:
    resb 4096
    resb 2 * 4096
emergency_stack_top:
