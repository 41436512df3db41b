#!/bin/sh
# Installs what a build (or, with `debug` or `test`, those too) needs and this machine lacks; with
# `build-brought` and `debug-brought` what is needed beside a checker that is there as a program.
# Says what it runs; asks first when a person is there; changes nothing when nothing is missing.
# On a system without apt-get it says what to install, and ends with status 1.
set -eu

# probe | Debian package: a probe with a slash is a file, any other a command.
build_needs='
g++|g++
ld|binutils
nasm|nasm
bwrap|bubblewrap
qemu-system-x86_64|qemu-system-x86
/usr/share/seabios/bios-256k.bin|seabios
/usr/share/qemu/linuxboot_dma.bin|qemu-system-data
bochs|bochs
/usr/share/bochs/BIOS-bochs-latest|bochsbios
/usr/share/bochs/VGABIOS-lgpl-latest|vgabios
/usr/lib/x86_64-linux-gnu/bochs/plugins/libbx_term_gui.so|bochs-term
grub-mkrescue|grub-common
/usr/lib/grub/i386-pc/multiboot2.mod|grub-pc-bin
xorriso|xorriso
mformat|mtools
'
checker_needs='
pkg-config|pkg-config
/usr/include/archive.h|libarchive-dev
/usr/include/boost/process.hpp|libboost-dev
/usr/include/CLI/CLI.hpp|libcli11-dev
/usr/include/fmt/format.h|libfmt-dev
/usr/include/nlohmann/json.hpp|nlohmann-json3-dev
/usr/include/pugixml.hpp|libpugixml-dev
/usr/include/toml++/toml.h|libtomlplusplus-dev
/usr/include/elfutils/libdwfl.h|libdw-dev
/usr/include/gelf.h|libelf-dev
/usr/include/Zydis/Zydis.h|libzydis-dev
'
debug_needs='
gdb|gdb
'
test_needs='
git|git
clang++|clang
clang-format|clang-format
clang-tidy|clang-tidy
shellcheck|shellcheck
doxygen|doxygen
chromium|chromium
/usr/bin/sbatch|slurm-client
/usr/sbin/slurmctld|slurmctld
/usr/sbin/slurmd|slurmd
/usr/sbin/munged|munge
xmllint|libxml2-utils
zip|zip
unzip|unzip
jq|jq
jsonschema|python3-jsonschema
/usr/include/doctest/doctest.h|doctest-dev
'

case ${1:-build} in
    build-brought) needs=$build_needs ;;
    build) needs=$build_needs$checker_needs ;;
    debug-brought) needs=$build_needs$debug_needs ;;
    debug) needs=$build_needs$checker_needs$debug_needs ;;
    test) needs=$build_needs$checker_needs$debug_needs$test_needs ;;
esac
# What clang++ links for its sanitizers is a package of its own, named for clang's version.
if [ "${1:-build}" = test ] && command -v clang++ > /dev/null; then
    version=$(clang++ -dumpversion | cut -d. -f1)
    runtime=$(echo "/usr/lib/llvm-$version/lib/clang"/*/lib/linux/libclang_rt.asan-x86_64.a)
    needs="$needs$runtime|libclang-rt-$version-dev"
fi

missing=
for need in $needs; do
    probe=${need%|*}
    case $probe in
        /*) [ -e "$probe" ] && continue ;;
        *) command -v "$probe" > /dev/null && continue ;;
    esac
    missing="$missing ${need#*|}"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get > /dev/null; then
    echo "setup: this needs the following, under the names that Debian gives them:" >&2
    for package in $missing; do echo "    $package" >&2; done
    echo "setup: install them with your system's package manager, then run make again" >&2
    exit 1
fi

as_root=
if [ "$(id -u)" != 0 ]; then
    command -v sudo > /dev/null || {
        echo "setup: as root, run: apt-get install$missing" >&2
        exit 1
    }
    as_root=sudo
fi

install="apt-get install -y --no-install-recommends$missing"
echo "setup: missing packages; this runs: ${as_root:+$as_root }$install" >&2
# A person is asked on their terminal: make passes neither its input nor its output on for sure. An
# answer that does not come is a yes: then the terminal is a script's.
if [ -n "${MAKE_TERMERR:-}" ] || [ -t 2 ]; then
    answer=$(timeout --foreground 20 sh -c '
        exec < /dev/tty > /dev/tty && printf "setup: go on? [Y/n] (yes in 20 s) " &&
        read -r answer && echo "$answer" >&2' 2>&1) || true
    case $answer in
        [nN]*) echo "setup: nothing installed" >&2; exit 1 ;;
    esac
fi
$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2
# shellcheck disable=SC2086 # one word a package
$as_root env DEBIAN_FRONTEND=noninteractive $install -qq >&2 || {
    echo "setup: apt-get could not install them; see its words above" >&2
    exit 1
}
# Now clang's version is known.
case $missing in *' clang '* | *' clang') exec "$0" "$@" ;; esac
