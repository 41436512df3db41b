#!/bin/sh
# debug.sh ELF LAB GDB PORT BOOT MACHINE MEMORY QEMU...: starts that QEMU, stopped where the lab happens, with
# GDB at its side; where GDB is `no`, it waits for a debugger at that port of this machine instead.
#
# LAB may be empty: then it is kernel_main. What the machine prints comes in between. Where there is no
# terminal, GDB takes its commands from standard input.
set -eu
cd "$(dirname "$0")/.."
. tools/places.sh
elf=$1 lab=$2 gdb=$3 port=$4 boot=$5 machine=$6 memory=$7
shift 7
# shellcheck disable=SC2046 # two words
set -- $(place "$lab") "$@"
function=$1
shift 2
checker=${CHECKER:-build/sipi}

scratch=$(mktemp -d)
trap 'kill "$qemu" 2> /dev/null || true; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM HUP
qemu=

# What GDB's commands ask of the machine, `look` asks for them.
mkfifo "$scratch/exceptions"
stdbuf -o0 head -c 64M "$scratch/exceptions" > "$scratch/log" &
quoted() { printf "'%s'" "$(printf %s "$1" | sed "s/'/'\\\\''/g")"; }
cat > "$scratch/look" << END
#!/bin/sh
exec $(quoted "$PWD/$checker") look "\$@" --at $(quoted "$scratch") --elf $(quoted "$PWD/$elf") --boot $boot \
    --machine $machine
END
chmod +x "$scratch/look"

# gdb_commands TARGET: what GDB is to begin with.
gdb_commands() {
    echo "target remote $1"
    sed "s|@look@|$scratch/look|" tools/debug.gdb
    echo "thbreak *$(address "$elf" "$function")"
    echo "begin-lab ${lab:-0}"
}

case $gdb in
    no) server="host=127.0.0.1,port=$port" ;;
    *) server="path=$scratch/gdb" ;;
esac
# The machine stays as it is when it dies. In a session of its own, so that an interrupt for GDB does not end it.
setsid "$@" -no-shutdown -S -chardev "socket,id=gdb,$server,server=on,wait=off" -gdb chardev:gdb \
    -chardev "socket,id=qmp,path=$scratch/qmp,server=on,wait=off" -mon chardev=qmp,mode=control \
    -machine memory-backend=ram -object "memory-backend-file,id=ram,share=on,size=${memory}M,mem-path=$scratch/memory" \
    -d int,cpu_reset -D "$scratch/exceptions" < /dev/null 2> "$scratch/errors" &
qemu=$!
waited=0
while [ ! -S "$scratch/qmp" ]; do
    if ! kill -0 $qemu 2> /dev/null || [ $waited -ge 500 ]; then
        if grep -q 'Address already in use' "$scratch/errors"; then
            echo "debug: port $port is taken; choose another: PORT=$((port + 1))" >&2
        else
            echo "debug: QEMU does not start: $(grep -v '^$' "$scratch/errors" | tail -n 1)" >&2
        fi
        exit 1
    fi
    sleep 0.02
    waited=$((waited + 1))
done

if [ "$gdb" = no ]; then
    ln -sfn "$PWD/$elf" build/debug.elf # an editor asks for the program before it asks GDB
    { echo "file build/debug.elf" && gdb_commands ":$port"; } > build/debug.gdb
    echo "The machine stands at its first instruction, and waits for a debugger at port $port."
    echo "In another terminal: gdb -x build/debug.gdb; it stops at $function. Ctrl-C here ends the machine."
    wait $qemu || true
    exit
fi
gdb_commands "$scratch/gdb" > "$scratch/commands"
echo "${lab:+Lab $lab: }GDB stops at $function. \`continue\` goes on, \`quit\` ends all;"
echo "\`help sipi\` lists the commands for this kernel."
status=0
gdb -q -x "$scratch/commands" "$elf" || status=$?
exit $status
