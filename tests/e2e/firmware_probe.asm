; A kernel that asks the firmware one thing, says on the serial line what it found, and switches off.
; It is flat, and begins at 1 MiB.
%include "constants.inc"

lapic     equ 0xfee00000
init_self equ init_all_others & 0xffff ; and the destination is ID 0
jump_all_others equ startup_all_others | ap_page >> 12
nmi_all_others  equ init_all_others - 0x100 ; delivery mode 4 in place of 5 [sdm3 11.6.1]
%ifndef THEN
%define THEN jump_all_others
%endif

org 0x100000
bits 32
    dd 4, 4, pvh_entry_note
    db "Xen", 0
    dd entry

entry:
    mov esp, 0x300000
%ifdef SIPI_ALONE
    ; Says how many APs come by SIPI alone, and how many by INIT and SIPI.
    mov edi, ap_page
    mov esi, ap
    mov ecx, ap_end - ap
    rep movsb
    mov dword [lapic + lapic_interrupt_command], startup_all_others | ap_page >> 12
    call say_who_came
    mov dword [lapic + lapic_interrupt_command], init_all_others
    call wait_a_while
    mov dword [lapic + lapic_interrupt_command], startup_all_others | ap_page >> 12
    call say_who_came
%endif
%ifdef PENDING
    ; Says which IRQs wait at the master 8259: "1" is IRQ 0.
    mov al, 0x0a                        ; OCW3: the next read is of the request register [8259]
    out pic_master_command, al
    in al, pic_master_command
    add al, '0'
    call say
%endif
%ifdef RESETS
    ; Says "a" and gets a CPU to the reset vector: by RESETS, and if that is not enough by THEN. Says
    ; "b" where that starts the machine again, "c" where nothing comes of it.
    mov al, 'b'
    cmp dword [far_away], 0
    jne .say
    mov dword [far_away], 1
    mov al, 'a'
    call say
    mov edi, ap_page
    mov esi, jump
    mov ecx, jump_end - jump
    rep movsb
    mov dword [lapic + lapic_interrupt_command], RESETS
    call wait_a_while
    mov dword [lapic + lapic_interrupt_command], THEN
    call wait_a_while
    mov al, 'c'
.say:
    call say
%endif
    xchg bx, bx                         ; Bochs stops here, and shows its memory
    mov ax, 0x2000                      ; SLP_EN, sleep type 0 [acpi 4.8.3.2]
    mov dx, 0x604
    out dx, ax
.off:
    hlt
    jmp .off

; al = a letter; returns when it has left
say:
    mov ah, al
    mov dx, uart_line_control
    mov al, uart_8n1
    out dx, al
    mov dx, uart_data
    mov al, ah
    out dx, al
    mov dx, uart_line_status
.wait:
    in al, dx
    test al, uart_idle
    jz .wait
    ret

far_away equ 0x200000                   ; where no loader puts anything
ap_page  equ 0x8000

say_who_came:
    call wait_a_while
    mov al, [ap_page + ap_count - ap]
    add al, '0'
    call say
    ret

wait_a_while:                           ; not in HLT: QEMU 7.2 would not wake for INIT alone
    mov ecx, 20000
.more:
    pause
    loop .more
    ret

bits 16
ap:
    lock inc byte [cs:ap_count - ap]
.halt:
    hlt
    jmp .halt
ap_count:
    db 0
ap_end:

; An AP's jump to the reset vector.
jump:
    jmp 0xf000:0xfff0
jump_end:
