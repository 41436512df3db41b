; The firmware that a check starts with: 64 KiB that QEMU (-bios) and Bochs (romimage) put at the
; end of the first 4 GiB, and once more below 1 MiB, where real mode can see them. Kernel and RAM are
; there already. docs/decisions/0011-the-firmware-of-a-check.md says what it is to be like, and why.
; With second_machine defined it makes the other machine of a check: firmware/second_machine.asm.
%include "constants.inc"
%include "firmware/memory.inc"

org rom

; A SIPI starts an AP at the first byte of a page, so this comes first.
%include "firmware/processors.asm"
%include "firmware/reset.asm"
%include "firmware/power.asm"
%include "firmware/low_memory.asm"
%include "firmware/legacy.asm"
%include "firmware/tables.asm"
%include "firmware/kernel.asm"
%ifdef second_machine
%include "firmware/second_machine.asm"
%endif

; What the BSP does, from its first 32-bit instruction to the kernel's.
bits 32
power_on:
    call reset_unless_first
    call switch_power_management_on
    call fill_low_memory
    call start_legacy_devices
    call wake_processors
    call write_tables
    call find_kernel
%ifdef second_machine
    call differ
%endif
    mov ebx, in_ram(start_info)
    jmp eax

; until(ADDRESS): how far that still is
%define until(address) (address - rom - ($ - $$))
    times until(rom_iret) / 4 dd low_memory_pattern
    times until(rom_iret) hlt
    iret                                ; nearly every interrupt vector leads here,
    times until(first_instruction) hlt  ; and from rom_stop on the others
bits 16
    jmp reset                           ; the CPU's first instruction
    times until(rom + rom_size) hlt
