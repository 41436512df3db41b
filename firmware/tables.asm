; What the kernel is told: by PVH's start information, and by ACPI's tables.
bits 32

%define in_ram(label) (tables + (label) - tables_image)

write_tables:
    mov esi, tables_image
    mov edi, tables
    mov ecx, tables_image_end - tables_image
    rep movsb
    call list_processors
    sub edi, in_ram(madt)
    mov [in_ram(madt) + 4], edi

    mov ebx, in_ram(rsdt)
    call seal
    mov ebx, in_ram(fadt)
    call seal
    mov ebx, in_ram(dsdt)
    call seal
    mov ebx, in_ram(madt)
    call seal
    mov esi, in_ram(rsdp)
    mov ecx, rsdp_end - rsdp
    call sum
    mov [in_ram(rsdp) + 8], al

    ; The memory from 16 MiB on, below 4 GiB, in units of 64 KiB.
    mov al, 0x34
    call read_cmos
    mov ah, al
    mov al, 0x35
    call read_cmos
    xchg al, ah
    shl eax, 16
    mov [high_memory_length], eax
    ret

; ebx = a table: makes its bytes add up to 0
seal:
    mov esi, ebx
    mov ecx, [ebx + 4]
    call sum
    mov [ebx + 9], al
    ret

; al = what the ecx bytes at esi lack to 0
sum:
    xor eax, eax
.next:
    sub al, [esi]
    inc esi
    loop .next
    ret

; Adds to the MADT, at edi: the BSP, a processor that is switched off, because nobody has its ID,
; the second AP and on, and last the first. That is not the order of the IDs, whatever they are.
list_processors:
    mov edx, [lapic + lapic_id]
    shr edx, 24
    mov eax, edx
    mov ebx, 1
    call list_processor
    mov byte [ebda + ebda_cpu_here + edx], 1
    mov eax, -1
.taken:
    inc eax
    cmp byte [ebda + ebda_cpu_here + eax], 0
    jne .taken                          ; nobody has the ID 255
    mov ebx, 0
    call list_processor
    mov byte [ebda + ebda_cpu_here + edx], 0

    mov ebx, 1
    xor eax, eax
    mov edx, eax                        ; the first AP's ID, once it is known
.next:
    cmp byte [ebda + ebda_cpu_here + eax], 0
    je .nobody
    test edx, edx
    jz .first
    call list_processor
    jmp .nobody
.first:
    mov edx, eax
.nobody:
    inc al
    jnz .next
    mov eax, edx
    test eax, eax
    jnz list_processor
    ret

; al = its LAPIC ID, ebx = 1: enabled, 0: not [acpi 5.2.12.2]
list_processor:
    mov word [edi], 8 << 8              ; type 0, 8 bytes
    mov [edi + 2], al
    mov [edi + 3], al
    mov [edi + 4], ebx
    add edi, 8
    ret

; signature, length, revision
%macro table_header 3
    db %1
    dd %2
    db %3, 0                            ; its checksum comes here
    db "SIPI  ", "FIRMWARE"
    dd 1
    db "SIPI"
    dd 1
%endmacro

align 16
tables_image:

start_info:                             ; [pvh]
    dd pvh_magic, 1, 0, 0
    dq 0, in_ram(command_line), in_ram(rsdp), in_ram(memory_map)
    dd (memory_map_end - memory_map) / 24, 0

available   equ 1
reserved    equ 2
acpi_tables equ 3
memory_map:
%ifdef second_machine
    dq 0, firmwares_first
    dd reserved, 0
    dq firmwares_first, ebda - firmwares_first
    dd available, 0
%else
    dq 0, ebda
    dd available, 0
%endif
    dq ebda, ebda_size
    dd reserved, 0
    dq rom_below_1mib, rom_size
    dd reserved, 0
%ifdef second_machine
    dq kernel, above_low_memory - kernel
    dd available, 0
    dq above_low_memory, firmwares_first
    dd reserved, 0
    dq above_low_memory + firmwares_first, tables - above_low_memory - firmwares_first
    dd available, 0
%else
    dq kernel, tables - kernel
    dd available, 0
%endif
    dq tables, tables_size
    dd acpi_tables, 0
    dq high_memory
high_memory_length equ $ - tables_image + tables
    dq 0
    dd available, 0
    dq rom, rom_size
    dd reserved, 0
memory_map_end:

command_line:
    db "panic=poweroff table=no"
%ifdef second_machine
    db " protect=no"
%endif
    db 0

align 16
rsdp:                                   ; [acpi 5.2.5.3] as ACPI 1.0 had it
    db "RSD PTR ", 0, "SIPI  ", 0
    dd in_ram(rsdt)
rsdp_end:

align 16
rsdt:
    table_header "RSDT", rsdt_end - rsdt, 1
    dd in_ram(fadt), in_ram(madt)
rsdt_end:

align 16
fadt:                                   ; [acpi 5.2.9] as ACPI 1.0 had it
    table_header "FACP", fadt_end - fadt, 1
    dd 0, in_ram(dsdt)
    db 0, 0
    dw 9                                ; the interrupt of power management
    dd 0                                ; no SMI, so no other mode than ACPI's
    db 0, 0, 0, 0
    dd pm_event, 0, pm_control, 0, 0, pm_timer, 0, 0
    db 4, 2, 0, 4, 0, 0, 0, 0           ; their sizes
    dw 101, 1001, 0, 0                  ; no C2, no C3
    times fadt + 112 - $ db 0
    dd 1 << 0 | 1 << 2                  ; WBINVD works, C1 is there
fadt_end:

align 16
dsdt:
    table_header "DSDT", dsdt_end - dsdt, 1
    db 0x08, "\_S5_"                   ; Name (\_S5, Package () {0, 0, 0, 0}) [acpi 20.2]
    db 0x12, 6, 4, 0, 0, 0, 0
dsdt_end:

align 16
madt:                                   ; [acpi 5.2.12]
    table_header "APIC", 0, 1
    dd lapic, 1                         ; two 8259 are there too
    db 1, 12, 0, 0                      ; an I/O APIC, for the interrupts from 0 on
    dd io_apic, 0
    db 2, 10, 0, 0                      ; the timer's IRQ 0 is its input 2
    dd 2
    dw 0
    db 4, 6, 0xff                       ; at every processor LINT1 is the NMI
    dw 0
    db 1
tables_image_end:                       ; and here list_processors goes on
