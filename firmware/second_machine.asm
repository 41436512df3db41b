; The second machine of a check differs in what the first leaves to luck: docs/decisions/0019-a-second-machine.md.
; Its kernel has NX and WP off, by an option; its BSP has bits on that are nobody else's business; and
; its LAPICs have large IDs, or where there are x2APICs are in that mode; and the kernel's tables and the
; APs' stacks lie elsewhere, because the firmware keeps the frames that they have on the first.
;
; So many bytes from 0 on, and from where the kernel has its frames.
firmwares_first  equ 0x5000
above_low_memory equ 0x200000
;
; An AP's ID is three times what it was, and this.
ids_begin     equ 0xb4
cpuid_x2apic  equ 1 << 21               ; leaf 1, ECX [sdm2 CPUID]

bits 32
; What the BSP has and the kernel leaves as it is: the FPU is somebody's, I/O breakpoints, SYSCALL.
differ:
    push eax
    mov eax, cr0
    or eax, cr0_ts
    mov cr0, eax
    mov eax, cr4
    or eax, cr4_de
    mov cr4, eax
    mov ecx, msr_efer
    rdmsr
    or eax, efer_sce
    wrmsr
    mov eax, 1
    cpuid
    test ecx, cpuid_x2apic
    jz .xapic
    mov ecx, msr_apic_base
    rdmsr
    or eax, apic_base_extd
    wrmsr
.xapic:
    pop eax
    ret

bits 16
; bx = the LAPIC ID that this AP has from now on. INIT leaves both the ID and the mode. [sdm3 11.4.7.3]
another_id:
    mov eax, 1
    cpuid
    shr ebx, 24
    test ecx, cpuid_x2apic
    jnz .x2apic
    ; The registers are out of real mode's reach: DS keeps the limit that protected mode gives it.
    o32 lgdt [cs:gdt_pointer - $$]
    mov edx, cr0
    lea eax, [edx + cr0_pe]
    mov cr0, eax
    mov cx, rom_data
    mov ds, cx
    mov cr0, edx
    lea ebx, [ebx + ebx * 2 + ids_begin]
    mov eax, ebx
    shl eax, 24
    mov [dword lapic + lapic_id], eax
    jmp ap_entry.with_id
.x2apic:
    mov ecx, msr_apic_base
    rdmsr
    or eax, apic_base_extd
    wrmsr
    jmp ap_entry.with_id
