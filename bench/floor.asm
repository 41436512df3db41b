; The floor of every measurement: a kernel that does nothing but switch the machine off. What is
; left of its run is QEMU's own start and its firmware's.
bits 32

section .note.pvh note alloc noexec nowrite align=4
    dd 4, 4, 18                         ; PVH's 32-bit entry point [pvh]
    db "Xen", 0
    dd entry

section .text progbits alloc exec nowrite align=16
global entry
entry:
    mov ax, 0x2000                      ; SLP_EN, sleep type 0: S5 in QEMU [acpi 4.8.3.2]
    mov dx, 0x604                       ; PM1a control, where SeaBIOS puts it on pc and q35
    out dx, ax
.wait:
    hlt
    jmp .wait
