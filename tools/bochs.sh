#!/bin/sh
# bochs.sh ISO CPUS MIB [LAB ELF]: boots a CD in Bochs, the serial line on standard output, until the
# machine is switched off (status 0) or dies (status 1, and why).
#
# With a lab, and on a terminal, Bochs's debugger stops where that lab happens, and knows the symbols of
# the ELF file. The machine is the one of bochsrc. What Bochs says besides lies in bochs/ beside the ISO.
set -eu
iso=$1 cpus=$2 memory=$3 lab=${4:-} elf=${5:-}
cd "$(dirname "$0")/.."
. tools/places.sh
folder=$(dirname "$iso")/bochs
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
    -e "s|path=[^,]*|path=$iso|" -e 's|dev=.*|dev=/dev/fd/3|' \
    -e "s,^log:.*,log: $folder/log," -e "s/^debug:.*/debug: action=ignore$reports/" bochsrc > "$folder/rc"

# breakpoints FUNCTION BITS: Bochs misses one of every five instructions of a CPU; three in a row it
# does not miss.
breakpoints() { first_instructions "$elf" "$@" | sed 's/^/lb /'; }

if [ -n "$lab" ] && [ -t 0 ] && [ -t 1 ]; then
    # A triple fault comes back to the prompt.
    echo "panic: action=fatal$reports" >> "$folder/rc"
    nm -C "$elf" | awk 'NF == 3 && $2 !~ /[aA]/ { print $1, $3 }' | sed 's/(.*//' > "$folder/symbols"
    {
        echo "ldsym global \"$folder/symbols\""
        # Not before GRUB has loaded the kernel: other code has run at 0x8000 until then.
        breakpoints kernel_main 64
        printf 'c\nd 1\nd 2\nd 3\n'
        # shellcheck disable=SC2046 # two words
        breakpoints $(place "$lab")
        printf 'c\nd 4\nd 5\nd 6\n'
    } > "$folder/commands"
    echo "Lab $lab: Bochs stops soon; then \`help\`, \`s\`, \`r\`, \`creg\`, \`page 0x8000\`, \`c\`, \`q\`."
    # shellcheck disable=SC2086 # one word or none
    exec bochs -q -f "$folder/rc" $debugger -rc "$folder/commands" 3>&1
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
