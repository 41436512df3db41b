#!/bin/sh
# bochs.sh ISO CPUS MIB: boots a CD in Bochs, the serial line on standard output, until the machine
# is switched off (status 0) or dies (status 1, and why).
#
# The machine is the one of bochsrc. What Bochs has to say itself lies in bochs/ beside the ISO.
set -eu
iso=$1 cpus=$2 memory=$3
folder=$(dirname "$iso")/bochs
mkdir -p "$folder"

debug='debug: action=ignore'
cpu=0
while [ $cpu -lt "$cpus" ]; do
    debug="$debug, cpu$cpu=report"
    cpu=$((cpu + 1))
done
sed -e "s,count=[0-9]*,count=$cpus," -e "s,^megs:.*,megs: $memory," \
    -e "s|path=[^,]*|path=$iso|" -e 's|dev=.*|dev=/dev/fd/3|' \
    -e "s,^log:.*,log: $folder/log," -e "s/^debug:.*/$debug/" bochsrc > "$folder/rc"
echo c > "$folder/commands"

# Debian's Bochs has a debugger, which waits for a command, and a display that wants a terminal,
# but not a real one.
TERM=xterm bochs -q -f "$folder/rc" -rc "$folder/commands" 3>&1 \
    < /dev/null > "$folder/output" 2>&1 | cat

grep -q 'soft power off' "$folder/log" && exit
echo "bochs: the machine was not switched off; why is in $folder/log:" >&2
grep -m 1 -A 1 '>>PANIC<<' "$folder/log" >&2 || tail -n 5 "$folder/output" >&2
exit 1
