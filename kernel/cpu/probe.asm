; A load that may fault.
global probe_load
global probe_load_instruction
global probe_load_failed

section .text

; on entry: rdi is the address, rsi that of a byte
; on exit:  rax is the value there, and the byte 0; or the byte is 1, if the load faulted:
;           handle_trap then goes on at probe_load_failed
probe_load:
    mov byte [rsi], 0
probe_load_instruction:
    mov rax, [rdi]
    ret
probe_load_failed:
    mov byte [rsi], 1
    xor eax, eax
    ret
