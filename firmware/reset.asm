; From the reset vector to 32-bit code.
;
; Only the BSP begins there. An AP can be there after a wild jump, and in QEMU when an NMI meets it
; between INIT and SIPI, where a machine's AP would not heed one. It halts, and waits for INIT.
bits 16
reset:
    cli
    cld
    mov ecx, msr_apic_base
    rdmsr
    test eax, apic_base_bsp
    jz ap_entry.parked
    o32 lgdt [cs:gdt_pointer - $$]
    mov eax, cr0_pe                     ; and caches on, paging off [pvh]
    mov cr0, eax
    jmp dword rom_code:in_32_bit

bits 32
in_32_bit:
    mov ax, rom_data
    mov ds, ax
    mov es, ax
    mov ss, ax
    xor eax, eax
    mov fs, ax
    mov gs, ax
    mov esp, stack_top
    jmp power_on

; Flat, 4 GiB, and marked as accessed: a CPU cannot mark what is in ROM.
align 8
gdt:
    dq 0
    dq 0x00cf9b000000ffff
    dq 0x00cf93000000ffff
gdt_end:
gdt_pointer:
    dw gdt_end - gdt - 1
    dd gdt
rom_code equ 8
rom_data equ 16
