#!/bin/sh
# doctor.sh [MAKE]: looks over the machine, and says in its last line what to do. Installs nothing, asks for no
# password and no network. Status 0 if labs can be checked here in both emulators, 1 if not.
#
# Each tool with its version, what is known of that version (docs/emulators.md), what is missing and how this
# system calls it; and, as a proof, one check in each emulator, of files whose verdict is known.
set -u
cd "$(dirname "$0")/.." || exit 1
. tools/needs.sh
make=${1:-make}
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM HUP
: > "$scratch/wrong"
: > "$scratch/noted"
: > "$scratch/advice"

row() { printf '  %-19s %-10s %s\n' "$1" "$2" "${3:-}" | sed 's/ *$//'; }
folded() { fold -s -w 78 | sed 's/ *$//; 2,$s/^/  /'; }
# wrong SENTENCE: labs cannot be checked as they should. noted SENTENCE: something else. advice SENTENCE: what to do.
wrong() { echo "$*" | folded >> "$scratch/wrong"; }
noted() { echo "$*" | folded >> "$scratch/noted"; }
advice() { echo "$*" >> "$scratch/advice"; }

# older VERSION THAN: by their numbers.
older() { [ "$1" != "$2" ] && [ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

# version PROGRAM: the first number that it says of itself; nothing if it cannot be run.
version() {
    case $1 in
        *bochs) set -- "$1" -q -n ;; # without a machine it ends, having said who it is
        *xorriso) set -- "$1" -version ;;
        *) set -- "$1" --version ;;
    esac
    (cd "$scratch" && TERM=xterm timeout 20 "$@" < /dev/null 2>&1) | grep -av '^0000' |
        grep -aoE '[0-9]+(\.[0-9]+)+' | head -n 1
}

# everywhere COMMAND: all programs of that name, as PATH has them, each once.
everywhere() {
    echo "$PATH" | tr : '\n' | while IFS= read -r folder; do
        [ -x "${folder:-.}/$1" ] && [ ! -d "${folder:-.}/$1" ] && readlink -f "${folder:-.}/$1"
    done | awk '!seen[$0]++'
}

# tool COMMAND [OLDEST [CONSEQUENCE]]: its row; and what is wrong with a version before the oldest that was tried.
tool() {
    first=$(everywhere "$1" | head -n 1)
    [ -n "$first" ] || { row "$1" MISSING; return; }
    found=$(version "$1")
    row "$1" "${found:-unknown}" "$(command -v "$1")"
    [ $# -gt 1 ] || return
    if [ -z "$found" ]; then
        wrong "$(command -v "$1") cannot be run: it does not say its version."
    elif older "$found" "$2"; then
        wrong "$1 $found is older than $2, ${3:-the oldest that Sipi was run with}."
    else
        return
    fi
    # A newer one may stand behind it.
    everywhere "$1" | sed 1d | while IFS= read -r other; do
        if ! older "$(version "$other")" "$2"; then
            echo "put $(dirname "$other") before $(dirname "$(command -v "$1")") in PATH: $1 is $(version "$other") there"
            break
        fi
    done > "$scratch/better"
    if [ -s "$scratch/better" ]; then advice "$(cat "$scratch/better")"; else advice "install a newer $1, or take the container: docs/your-machine.md"; fi
}

# ---- the system
system=$(uname -s) machine=$(uname -m)
name=$(sed -n 's/^PRETTY_NAME="\{0,1\}\([^"]*\).*/\1/p' /etc/os-release 2> /dev/null)
[ "$system" = Linux ] || name=
echo "${name:-$system}, $machine, $(nproc 2> /dev/null || echo some) processors"
if [ "$system" != Linux ] || [ "$machine" != x86_64 ]; then
    echo
    echo "Sipi is made for Linux on x86-64; its compiler, linker and GRUB are for no other."
    echo
    echo "To do: take the container; docs/your-machine.md says how, for a Mac too."
    exit 1
fi
case $(cat /proc/version 2> /dev/null) in
    *-Microsoft*) wrong "This is WSL 1, which is no Linux: neither sandboxes nor emulators run as they should."
        advice "in Windows: wsl --set-version YOUR-LINUX 2" ;;
    *microsoft*) case $PWD in
        /mnt/?/*) noted "The project lies on a disk of Windows, which is slow from here; below your home it is quick." ;;
    esac ;;
esac
for folder in . build; do
    [ ! -e $folder ] || [ -w $folder ] || {
        wrong "$PWD${folder#.} cannot be written to: it may be that make was run as root."
        advice "sudo chown -R $(id -un) '$PWD'"
    }
done

# ---- the tools
echo
echo "To build and to check"
tool "${make##*/}" 4.2 "and does not read Sipi's makefiles"
tool g++ 11 "and has not enough of C++20"
tool ld
tool nasm 2.15
tool qemu-system-x86_64 5.2
tool bochs 2.6.11
tool bwrap
if [ ! -e bin/sipi ]; then
    groups="build checker"
elif bin/sipi --help > /dev/null 2>&1; then
    row checker "came along" bin/sipi
    groups=build
else
    row checker "is built" "bin/sipi does not run here"
    groups="build checker"
fi
echo "For make debug"
tool gdb
echo "For a CD: make bochs without LAB, BOOT=iso"
for each in grub-mkrescue xorriso mformat; do tool $each; done

# What is known of certain versions.
qemu=$(version qemu-system-x86_64)
if [ -n "$qemu" ] && ! older "$qemu" 11; then
    noted "QEMU $qemu shows CPUs after the reset in a log of -d cpu_reset: make explain LOG= cannot tell who died."
fi
bochs --help < /dev/null > "$scratch/help" 2>&1
if command -v bochs > /dev/null && ! grep -q -e ' -rc ' "$scratch/help"; then
    wrong "This Bochs was built without its debugger (--enable-debugger), by which a check stops it."
    advice "take Debian's Bochs, or the container: docs/your-machine.md"
fi
case $name in
    'Ubuntu 22.04'* | *'GNU/Linux 11'*)
        noted "This system's Bochs has a BIOS that dies at once. Checks bring their own; a CD does not boot." ;;
esac

# ---- what is missing
install_by() {
    as_root='sudo '
    if [ "$(id -u)" = 0 ]; then
        as_root=
    elif ! command -v sudo > /dev/null; then
        as_root="ask who may be root here to run: "
    fi
    if command -v apt-get > /dev/null; then
        echo "${as_root}apt-get install $(packages debian | tr '\n' ' ')"
    elif command -v dnf > /dev/null; then
        echo "${as_root}dnf install $(packages fedora | tr '\n' ' ')"
    elif command -v pacman > /dev/null; then
        echo "${as_root}pacman -S $(packages arch | tr '\n' ' ')"
    else
        echo "install, by Debian's names: $(packages debian | tr '\n' ' ')"
    fi | sed 's/ *$//'
}
# lacks GROUPS: what of them is missing, as people call it.
lacks() { missing "$@" | awk '{ n = split($2, part, "[/,]"); print part[n] }' | sort -u | tr '\n' ' ' | sed 's/ $//; s/ /, /g'; }
# shellcheck disable=SC2086 # one word a group
{
    lacking=$(lacks $groups) later=$(lacks cd debug)
    [ -z "$lacking" ] || wrong "Missing: $lacking."
    [ -z "$later" ] || noted "Missing, but no check needs it: $later."
    all=$(missing $groups cd debug)
}
[ -z "$lacking" ] || advice "$(echo "$all" | install_by)"

# ---- the proof: what is right passes; in a hand-out, where that is no source, the starter dies as it should
echo
if [ -d solutions ]; then
    submission=solutions wanted='"outcome": "passed"' expected='passes'
    echo "A check of lab 1's reference, which has to pass"
else
    submission=$scratch/starter wanted='"diagnosis": "identity-map-missing"' expected='dies of it'
    mkdir "$submission"
    cp -R reference/1-identity-map/starter "$submission/1-identity-map"
    echo "A check of lab 1's starter, which has to die of identity-map-missing"
fi
if [ -z "$lacking" ] && [ "$groups" != build ] && [ ! -e build/sipi ]; then
    echo "  (first the checker is built, which takes minutes)"
elif [ -z "$lacking" ] && [ ! -e build/kernel/given/ready.mk ]; then
    echo "  (first what is not there is built)"
fi
# proof ENGINE PROGRAM
proof() {
    command -v "$2" > /dev/null || { row "$1" "not tried" "$2 is missing"; return; }
    rm -f "$scratch/report"
    # Nothing is installed: what is missing is said already.
    "$make" SETUP= LAB=1 ENGINE="$1" TRUST=yes SUBMISSION="$submission" FORMAT=json OUT="$scratch/report" grade \
        < /dev/null > "$scratch/said" 2>&1
    if grep -qs "$wanted" "$scratch/report"; then
        row "$1" "$expected" "$(sed -n 's/.*"seconds": \([0-9.]*\).*/\1/p' "$scratch/report" | head -n 1) s"
        return
    fi
    row "$1" FAILED
    cause=$(sed -n 's/.*"detail": "\(.*\)".*/\1/p' "$scratch/report" 2> /dev/null | head -n 1)
    wrong "A check by $1 fails: ${cause:-$(grep -v '^make' "$scratch/said" | tail -n 1)}"
}
proof qemu qemu-system-x86_64
proof bochs bochs

# ---- the end
for said in wrong noted; do
    if [ -s "$scratch/$said" ]; then echo; cat "$scratch/$said"; fi
done
echo
if [ -s "$scratch/advice" ]; then
    echo "To do: $(head -n 1 "$scratch/advice")"
elif [ -s "$scratch/wrong" ]; then
    echo "To do: show this to your teacher, or take the container: docs/your-machine.md"
elif [ -n "$later" ]; then
    echo "Labs can be checked here. To do, for the rest: $(echo "$all" | install_by)"
else
    echo "All is well. To do: make check LAB=1"
fi
[ ! -s "$scratch/wrong" ]
