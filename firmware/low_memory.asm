; What lies below 640 KiB: interrupt vectors, the BIOS's data, and a pattern that stops who runs it.
bits 32
fill_low_memory:
    xor edi, edi
    mov eax, rom_segment << 16 | (rom_iret - rom)
    mov ecx, 256
    rep stosd
    ; What real-mode code cannot be: it would be tried again for ever.
    mov word [4 * invalid_opcode], rom_stop - rom
    mov word [4 * stack_segment_fault], rom_stop - rom
    mov word [4 * general_protection], rom_stop - rom

    xor eax, eax
    mov ecx, bios_data_size / 4
    rep stosd
    mov word [bios_data], uart_data     ; the first serial line's port
    mov word [bios_data + 0x0e], ebda >> 4
    mov word [bios_data + 0x13], ebda >> 10 ; KiB of low memory below it

    mov eax, low_memory_pattern
    mov ecx, (ebda - low_memory) / 4
    rep stosd

    xor eax, eax
    mov ecx, (ebda_cpu_here + 256) / 4
    rep stosd
    mov byte [ebda], ebda_size >> 10
    ret
