; The chip with ACPI's power management: PIIX4 in a `pc`, in Bochs too, ICH9 in a `q35`.
bits 32

pci_address   equ 0xcf8
pci_data      equ 0xcfc
piix4         equ 0x80000b00            ; bus 0, device 1, function 3 [piix4 7.1]
piix4_id      equ 0x71138086
ich9          equ 0x8000f800            ; bus 0, device 31, function 0 [ich9 13.1]

pm_ports      equ 0x600                 ; where SeaBIOS has them
pm_event      equ pm_ports
pm_control    equ pm_ports + 4
pm_timer      equ pm_ports + 8

; An INIT brings the BSP back to the reset vector, and so can a wild jump. Neither changes the chip:
; where it is on already, the machine has been running, and is reset for good. It is switched off
; first, because Bochs's reset would leave it on. The reset is an exception that nobody can handle,
; which leaves both emulators with what was there to be looked at.
reset_unless_first:
    call find_power_management
    mov eax, [esi + 4]
    call read_pci
    test eax, [esi + 8]
    jz .first
    xor eax, [esi + 8]
    out dx, eax
    lidt [.no_gates]
    int3
.first:
    ret
align 4
.no_gates:
    dw 0
    dd 0

switch_power_management_on:
    call find_power_management
    mov eax, [esi]
    call read_pci
    mov eax, pm_ports | 1               ; bit 0: these are ports
    out dx, eax
    mov eax, [esi + 4]
    call read_pci
    or eax, [esi + 8]
    out dx, eax
    mov dx, pm_control                  ; there is no other mode than ACPI's here [acpi 4.8.3.2.1]
    mov ax, pm1_sci_enabled
    out dx, ax
    ret

; esi = the chip's: register with the ports, register that switches them on, its bit
find_power_management:
    mov esi, .piix4
    mov eax, piix4
    call read_pci
    cmp eax, piix4_id
    je .found
    mov esi, .ich9
.found:
    ret
align 4
.piix4:
    dd piix4 + 0x40, piix4 + 0x80, 0x01
.ich9:
    dd ich9 + 0x40, ich9 + 0x44, 0x80

; eax = the register that eax names; dx = the port to write it by
read_pci:
    mov dx, pci_address
    out dx, eax
    mov dx, pci_data
    in eax, dx
    ret
