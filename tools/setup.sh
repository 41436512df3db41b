#!/bin/sh
# setup.sh GROUP...: installs what these groups of needs.sh name and this machine lacks.
# Says what it runs; asks first when a person is there; changes nothing when nothing is missing.
# On a system without apt-get it says what to install, and ends with status 1.
set -eu
. "$(dirname "$0")/needs.sh"

lacking=$(missing "$@")
# What clang++ links for its sanitizers is a package of its own, named for clang's version.
case " $* " in *' test '*)
    if command -v clang++ > /dev/null; then
        version=$(clang++ -dumpversion | cut -d. -f1)
        is_there "/usr/lib/llvm-$version/lib/clang/*/lib/linux/libclang_rt.asan-x86_64.a" || lacking="$lacking
test - libclang-rt-$version-dev"
    fi ;;
esac
[ -n "$lacking" ] || exit 0
# names SYSTEM: what is lacking, by that system's names.
names() { echo "$lacking" | packages "$1" | tr '\n' ' ' | sed 's/ $//'; }

if ! command -v apt-get > /dev/null; then
    echo "setup: this needs packages that are not there; install them, then run make again:" >&2
    echo "    Debian's names: $(names debian)" >&2
    echo "    Fedora's names: $(names fedora)" >&2
    echo "    Arch's names:   $(names arch)" >&2
    echo "setup: or take the container: docs/your-machine.md" >&2
    exit 1
fi
missing=" $(names debian)"

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
case "$missing " in *' clang '*) exec "$0" "$@" ;; esac
