#!/bin/sh
# debug.sh ELF LAB QEMU...: starts that QEMU, stopped where the lab happens, with GDB at its side.
#
# LAB may be empty: then it is kernel_main. What the machine prints comes in between. Where there is no
# terminal, GDB takes its commands from standard input.
set -eu
cd "$(dirname "$0")/.."
. tools/places.sh
elf=$1
# shellcheck disable=SC2046 # two words
set -- "$2" $(place "$2") "$@"
lab=$1 function=$2 bits=$3
shift 5

scratch=$(mktemp -d)
trap 'kill "$qemu" 2> /dev/null || true; rm -rf "$scratch"' EXIT
# In a session of its own, so that an interrupt for GDB does not end it.
setsid "$@" -S -chardev socket,id=gdb,path="$scratch/gdb",server=on,wait=off -gdb chardev:gdb \
    < /dev/null &
qemu=$!
waited=0
while [ ! -S "$scratch/gdb" ]; do
    if ! kill -0 $qemu 2> /dev/null || [ $waited -ge 100 ]; then
        echo "debug: QEMU does not start" >&2
        exit 1
    fi
    sleep 0.1
    waited=$((waited + 1))
done

cat > "$scratch/commands" << END
set confirm off
set pagination off
set debuginfod enabled off
target remote $scratch/gdb
thbreak $function
continue
END
if [ "$bits" != 64 ]; then
    cat >> "$scratch/commands" << END
delete
echo This is $bits-bit code, which GDB takes for 64-bit code; QEMU shows it as it is:\\n
monitor cpu 1
monitor x /6i $(address "$elf" "$function")
END
fi
echo "Lab ${lab:-0}: stops at $function; \`continue\` goes on, \`quit\` ends the machine too." |
    sed 's/^Lab 0: s/S/'
status=0
gdb -q -x "$scratch/commands" "$elf" || status=$?
exit $status
