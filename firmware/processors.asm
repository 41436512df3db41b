; Who is there: every AP is woken once, counts itself, and halts for good.
bits 16

; A parked AP runs no more, and only INIT makes it heed a SIPI again. [sdm3 9.4]
ap_entry:
%ifdef second_machine
    jmp another_id
.with_id:
%else
    mov eax, 1
    cpuid
    shr ebx, 24                         ; its LAPIC ID [sdm2 CPUID]
%endif
    mov ax, ebda >> 4
    mov ds, ax
    mov byte [bx + ebda_cpu_here], 1
    lock inc word [ebda_cpu_count]
    cli
.parked:
    hlt
    jmp .parked

bits 32

; QEMU has the number of its APs there, other machines 0.
cmos_ap_count equ 0x5f
; An AP needs a dozen instructions. So often, in a row, nobody must have come.
quiet_looks equ 256

wake_processors:
    mov dword [lapic + lapic_spurious_interrupt], lapic_enabled
    mov dword [lapic + lapic_lint0], lapic_external
    mov dword [lapic + lapic_lint1], lapic_nmi
    mov dword [lapic + lapic_interrupt_command], init_all_others
    mov dword [lapic + lapic_interrupt_command], startup_all_others | rom_below_1mib >> 12

    mov eax, cmos_ap_count
    call read_cmos
    test eax, eax
    jz .unknown
.expected:
    pause
    cmp [ebda + ebda_cpu_count], ax
    jb .expected
    ret
.unknown:
    mov dx, [ebda + ebda_cpu_count]
    mov ecx, quiet_looks
.look:
    pause
    cmp [ebda + ebda_cpu_count], dx
    loope .look
    jne .unknown
    ret
