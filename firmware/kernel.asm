; Where the kernel begins.
bits 32

; eax = its 32-bit entry, as the note in its first segment says [pvh]. Without one it says so and stays.
find_kernel:
    mov edi, kernel
    mov ecx, kernel_search / 4
    mov eax, 'Xen'
.next:
    repne scasd
    jne .none
    cmp dword [edi - 16], 4             ; the name's length; then the entry's
    jne .next
    cmp dword [edi - 8], pvh_entry_note
    jne .next
    mov eax, [edi]
    ret

.none:
    mov dx, uart_line_control
    mov al, uart_8n1
    out dx, al
    mov esi, .complaint
.wait:
    mov dx, uart_line_status
    in al, dx
    test al, uart_transmit_empty
    jz .wait
    mov dx, uart_data
    outsb
    cmp esi, .complaint_end
    jb .wait
.never:
    hlt
    jmp .never
.complaint:
    db "firmware: there is no kernel with a PVH note at 1 MiB", 13, 10
.complaint_end:

kernel_search equ 0x10000
