; The devices that a PC has had since 1984, as its BIOS leaves them.
bits 32

%ifndef timer_period                    ; a test has a timer that does not rest
%define timer_period 0                  ; 65536: 18.2 times a second
%endif

cmos_index equ 0x70
cmos_data  equ 0x71

start_legacy_devices:
    mov esi, .settings
    xor edx, edx
.next:
    lodsb
    mov dl, al
    lodsb
    out dx, al
    cmp esi, .settings_end
    jb .next
    ret

; Port, byte. The timer's output falls with the first mode and rises with the second: from then on
; IRQ 0 is waiting.
.settings:
    db pic_master_command, pic_initialize
    db pic_master_data, 0x08            ; its first vector
    db pic_master_data, pic_master_wiring
    db pic_master_data, pic_mode_8086
    db pic_master_data, 0xb8            ; timer, keyboard, slave, floppy disk
    db pic_slave_command, pic_initialize
    db pic_slave_data, 0x70
    db pic_slave_data, pic_slave_wiring
    db pic_slave_data, pic_mode_8086
    db pic_slave_data, 0x8f             ; mouse, coprocessor, disk
    db pit_command, pit_terminal_count
    db pit_command, pit_square_wave
    db pit_channel_0, timer_period & 0xff
    db pit_channel_0, timer_period >> 8
.settings_end:

; al = the byte al of the RAM that a battery keeps
read_cmos:
    out cmos_index, al
    in al, cmos_data
    ret
