#!/bin/sh
# bochs.sh CPUS MIB ISO: boots a CD in Bochs, the serial line on standard output, until the machine is
# switched off (status 0) or dies (status 1, and why).
#
# bochs.sh CPUS MIB ELF FIRMWARE SCREEN CONSTANTS LAB [FUNCTION]: Bochs's own debugger, stopped where that lab
# begins, or at the first instruction of FUNCTION, with all symbols. The kernel is booted as a check boots it.
#
# The machine is the one of bochsrc. What Bochs says besides lies in bochs/ beside what it boots.
set -eu
cpus=$1 memory=$2 booted=$3 firmware=${4:-} screen=${5:-} constants=${6:-} lab=${7:-} function=${8:-}
cd "$(dirname "$0")/.."
. tools/places.sh
folder=$(dirname "$booted")/bochs
mkdir -p "$folder"

# Since 3.0 the debugger waits to be asked for; an older Bochs refuses the option.
debugger=$(bochs --help 2>&1 < /dev/null | grep -o -m 1 -e '-debugger' || true)

reports=
cpu=0
while [ $cpu -lt "$cpus" ]; do
    reports="$reports, cpu$(printf %x $cpu)=report"
    cpu=$((cpu + 1))
done
sed -e "s,count=[0-9]*,count=$cpus," -e "s,^megs:.*,megs: $memory," \
    -e "s|path=[^,]*|path=$booted|" -e 's|dev=.*|dev=/dev/fd/3|' \
    -e "s,^log:.*,log: $folder/log," -e "s/^debug:.*/debug: action=ignore$reports/" bochsrc > "$folder/rc"

# by_firmware: the kernel lies in memory from the beginning, in pieces of 128 KiB, which Bochs takes.
by_firmware() {
    rm -f "$folder"/kernel.*
    objcopy -O binary "$booted" "$folder/kernel"
    split -b 131072 -a 1 -d "$folder/kernel" "$folder/kernel."
    head -c 512 /dev/zero > "$folder/vga"
    {
        sed '/^romimage/d; /^vgaromimage/d; /^ata0/d; /^boot/d' "$folder/rc"
        echo "romimage: file=$firmware, address=0xffff0000"
        echo "vgaromimage: file=$folder/vga"
        for piece in "$folder"/kernel.*; do
            number=${piece##*.}
            printf 'optramimage%d: file=%s, address=%#x\n' $((number + 1)) "$piece" $((0x100000 + number * 0x20000))
        done
        # A triple fault comes back to the prompt.
        echo "panic: action=fatal$reports"
    } > "$folder/rc.new"
    mv "$folder/rc.new" "$folder/rc"
}

# What a function is called where a symbol cannot have a blank in it.
symbols() {
    echo 0000000000009000 low_memory
    echo 00000000000a0000 firmware
    nm -C "$booted" | sed -n 's/(anonymous namespace)/anonymous/g
        s/^\([0-9a-f]*\) [^aA] \([^(]*\).*/\1 \2/p' | sed 's/ *$//; s/ /_/2g; / \.\.@/d'
}

# physical NAME: where that part of the page at 0x8000 lies.
physical() { awk -v name="$1" '$1 == name { printf "0x%x", $3 }' "$constants"; }

# With several CPUs Bochs looks for a breakpoint after four of every five instructions of each, and never at a
# CPU's first one. What it always sees is a watched byte; and with one CPU alone (`s`) it looks after each. So
# a stop is made of these. The commands:

# An AP's first instruction: the BSP goes on alone from the first half of the SIPI to the second.
first_of_ap() {
    printf 'watch w 0xfee00310\nc\nc\nunwatch\nwatch w 0xfee00300\ns 200\nunwatch\nset $cpu=1\n'
}

# watched r|w ADDRESS: goes on until that byte is read or written.
watched() { printf 'watch %s %s\nc\nunwatch\n' "$1" "$2"; }

# alone FUNCTION: the CPU that has just stopped goes on to it.
alone() { printf 'lb %s\ns 2000\nd 4\n' "$(address "$booted" "$1")"; }

# approach FUNCTION: stops at it, the kernel having just begun.
approach() {
    case $1 in
        real_mode) first_of_ap ;;
        protected_mode) first_of_ap; watched r $(($(physical tables_gdt32) + 8)) ;; # the far jump reads its descriptor
        long_mode) first_of_ap; watched r "$(physical gdt64_pointer)"; printf 's\n' ;; # lgdt, and then a jump
        match_bsp_in_trampoline) first_of_ap; watched w $(($(physical trampoline_stack_top) - 1)) ;; # the call
        smp::init_percpu | smp::adopt_record) first_of_ap; watched r "$(physical mailbox_cpu)"; alone "$1" ;;
        smp::start_ap) watched w "$(physical mailbox_trace_length)"; alone "$1" ;;
        kernel_main) ;;
        *) breakpoints "$1" 64; printf 'c\nd 4\nd 5\nd 6\n' ;;
    esac
}

# breakpoints FUNCTION BITS: three in a row are not missed.
breakpoints() { first_instructions "$booted" "$@" | sed 's/^/lb /'; }

if [ -n "$lab$function" ]; then
    if [ ! -t 0 ] || [ ! -t 1 ]; then
        echo "bochs: its debugger wants a terminal" >&2
        exit 1
    fi
    # shellcheck disable=SC2046 # two words
    set -- $(place "$lab")
    function=${function:-$1} stopped=1
    case $function in smp::start_ap | kernel_main) stopped=0 ;; esac
    [ -n "$(address "$booted" "$function")" ] || { echo "bochs: the kernel has no function $function" >&2; exit 1; }
    by_firmware
    symbols > "$folder/symbols"
    {
        echo "ldsym global \"$folder/symbols\""
        breakpoints kernel_main 64
        printf 'c\nd 1\nd 2\nd 3\n'
        approach "$function"
        # The mark, by which the screen knows that it has come there, and where that is.
        printf 'set $cpu=%d\ncalc 0x51b1\nu /1\n' "$stopped"
    } > "$folder/commands"
    sed -i 's,^log:.*,log: /dev/fd/4,' "$folder/rc"
    trap : INT # that is Bochs's
    # shellcheck disable=SC2086 # one word or none
    bochs -q -f "$folder/rc" $debugger -rc "$folder/commands" 3>&1 4>&1 2> "$folder/errors" |
        "$screen" "$folder/log" "$function" "$stopped" && exit
    grep -q 'soft power off' "$folder/log" || grep -v -e LTDL -e lt_dlhandle -e PLUGIN "$folder/errors" >&2
    exit 1
fi
# A triple fault comes back to the prompt in Bochs 3.1, where it is no panic.
printf 'c\nq\n' > "$folder/commands"

# Debian's Bochs has a debugger, which waits for a command, and a display that wants a terminal,
# but not a real one.
# shellcheck disable=SC2086 # one word or none
TERM=xterm bochs -q -f "$folder/rc" $debugger -rc "$folder/commands" 3>&1 \
    < /dev/null > "$folder/output" 2>&1 | cat

grep -q 'soft power off' "$folder/log" && exit
echo "bochs: the machine was not switched off; why is in $folder/log:" >&2
grep -m 1 -e '>>PANIC<<' -e 'with no resolution' "$folder/log" >&2 || tail -n 5 "$folder/output" >&2
exit 1
