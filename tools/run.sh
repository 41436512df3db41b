#!/bin/sh
# run.sh LAB ELF QEMU...: boots the kernel, and says in the end what became of the machine where that is not
# what it ought to be: after a panic where in the source its addresses are, and of a death which command
# explains it. Ends with 1 unless the kernel has switched the machine off.
set -eu

lab=$1 elf=$2
shift 2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The status of a pipe is that of its last command; QEMU's own is kept beside it. Which CPUs shut down is in
# the log, and nothing else.
{ "$@" -d cpu_reset -D "$scratch/log" || echo $? > "$scratch/status"; } | tee "$scratch/serial"

# Who asks for the next command does not want it glued to the last letter.
[ ! -s "$scratch/serial" ] || [ -z "$(tail -c 1 "$scratch/serial")" ] || echo

# What is told of a caller is where the call returns to: the call ends one byte before. A shell counts
# in signed numbers, which the lower half of an address fits into. NASM names a folder twice.
addresses=$(sed -n 's/.* at \(0x[0-9a-f]\{16\}\).*/\1 0/p; s/.*called from \(0x[0-9a-f]\{16\}\).*/\1 1/p' "$scratch/serial")
[ -z "$addresses" ] || printf '\n%s\n' "$addresses" | while read -r address back; do
    [ -n "$address" ] || { echo; continue; }
    lower=$(printf '%08x' $((0x${address#"${address%????????}"} - back)))
    echo "$address  $(addr2line -e "$elf" -ifCp "${address%????????}$lower" | sed "s|$PWD/||; s|[^ ]*//||")"
done

[ ! -e "$scratch/status" ] || exit "$(cat "$scratch/status")"
if grep -q '^Triple fault' "$scratch/log"; then
    echo "run: the machine has died: a CPU shut down.${lab:+ Which, and why: make explain LAB=$lab}" >&2
    exit 1
elif ! grep -q '^sipi: ' "$scratch/serial"; then
    echo "run: the machine stopped before the kernel was done.${lab:+ Why: make explain LAB=$lab}" >&2
    exit 1
fi
