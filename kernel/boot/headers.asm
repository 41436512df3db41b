; What the two loaders look for in the ELF file, and where each of them enters.
%include "constants.inc"

extern multiboot2_entry
extern pvh_entry

; [mb2 3.1.1] GRUB enters at the ELF's entry point, which is multiboot2_entry.
multiboot2_header_magic equ 0xe85250d6
multiboot2_i386         equ 0
multiboot2_end_tag      equ 0

section .boot.multiboot2 progbits alloc noexec nowrite align=8
multiboot2_header:
    dd multiboot2_header_magic
    dd multiboot2_i386
    dd multiboot2_header_end - multiboot2_header
    dd -(multiboot2_header_magic + multiboot2_i386 + (multiboot2_header_end - multiboot2_header))
    dw multiboot2_end_tag, 0
    dd 8
multiboot2_header_end:

; [pvh] QEMU's -kernel takes an ELF64 file only with this note: its 32-bit entry point.
section .note.pvh note alloc noexec nowrite align=4
    dd .name_end - .name
    dd .entry_end - .entry
    dd pvh_entry_note
.name:
    db "Xen", 0
.name_end:
.entry:
    dd pvh_entry
.entry_end:
