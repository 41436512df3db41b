#!/bin/sh
# run.sh ELF QEMU...: boots the kernel, and says after a panic where in the source its addresses are.
set -eu

elf=$1
shift
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The status of a pipe is that of its last command; QEMU's own is kept beside it.
{ "$@" || echo $? > "$scratch/status"; } | tee "$scratch/serial"

# What is told of a caller is where the call returns to: the call ends one byte before. A shell counts
# in signed numbers, which the lower half of an address fits into. NASM names a folder twice.
addresses=$(sed -n 's/.* at \(0x[0-9a-f]\{16\}\).*/\1 0/p; s/.*called from \(0x[0-9a-f]\{16\}\).*/\1 1/p' "$scratch/serial")
[ -z "$addresses" ] || printf '\n%s\n' "$addresses" | while read -r address back; do
    [ -n "$address" ] || { echo; continue; }
    lower=$(printf '%08x' $((0x${address#"${address%????????}"} - back)))
    echo "$address  $(addr2line -e "$elf" -ifCp "${address%????????}$lower" | sed "s|$PWD/||; s|[^ ]*//||")"
done

[ ! -e "$scratch/status" ] || exit "$(cat "$scratch/status")"
