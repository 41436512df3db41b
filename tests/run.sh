#!/bin/sh
# run.sh [TEXT]: runs every test, or those whose name contains TEXT, and counts them.
#
# A test is a command in the context of a file tests/GROUP/NAME.sh: one of its functions test_*, or,
# where the file has a function `list`, one of the lines that this prints. It passes if it ends with
# status 0; what it says is shown only if it does not. One that stands for many writes how many
# of them passed and failed to the file $COUNTS.
set -eu
cd "$(dirname "$0")/.."
results=build/test
unset MAKEFLAGS MFLAGS MAKELEVEL
export TEST_JOBS="${TEST_JOBS:-$(nproc)}"

# list_tests FILE...: their tests, as lines FILE|COMMAND; a file that cannot say is a failure.
list_tests() {
    for file in "$@"; do
        names=$(scratch=$results sh -euc '. tests/lib.sh; . "./$1"; list "$1"' list "$file") || names=
        if [ -n "$names" ]; then
            echo "$names" | sed "s,^,$file|,"
        else
            echo "0 1" >> $results/counts
            echo "--- $file: does not list its tests" >> $results/failures
        fi
    done
}

# title FILE|COMMAND: how a test is called: group/file words.
title() {
    echo "$1" | sed 's,^tests/,,; s,\.sh|test_,: ,; s,\.sh|,: ,; s,_, ,g'
}

run_one() {
    file=${1%%|*}
    command=${1#*|}
    name=$(title "$1")
    scratch=$(mktemp -d "$PWD/$results/scratch.XXXXXX")
    export scratch COUNTS="$scratch/counts"
    begin=$(date +%s%N)
    # shellcheck disable=SC2086 # a command's words
    if timeout -k 10 1500 sh -euc '. tests/lib.sh; . "./$1"; shift; "$@"' test "$file" $command \
        > "$scratch/output" 2>&1; then word=ok counts='1 0'; else word=FAILED counts='0 1'; fi
    tenths=$((($(date +%s%N) - begin) / 100000000))
    [ ! -s "$COUNTS" ] || counts=$(cat "$COUNTS")
    echo "$counts" >> $results/counts
    printf '%-6s %s (%d.%d s)\n' $word "$name" $((tenths / 10)) $((tenths % 10))
    if [ $word = FAILED ]; then
        { echo; echo "--- $name"; tail -n 60 "$scratch/output"; } > "$scratch/failure"
        cat "$scratch/failure" >> $results/failures
    fi
    rm -rf "$scratch"
}

# run_group JOBS FILE...: so many at a time.
run_group() {
    jobs=$1
    shift
    list_tests "$@" | while read -r line; do
        case $(title "$line") in *"$only"*) echo "$line" ;; esac
    done | xargs -r -d '\n' -P "$jobs" -n 1 tests/run.sh --one | tee -a $results/lines
}

if [ "${1:-}" = --one ]; then
    run_one "$2"
    exit
fi

only=${1:-}
rm -rf $results
mkdir -p $results
touch $results/counts $results/failures $results/scores
# What the others run, first; with all cores for each.
run_group 1 tests/build/*.sh
run_group "$TEST_JOBS" tests/unit/*.sh tests/repo/*.sh tests/lint/*.sh tests/e2e/*.sh

head -n 400 $results/failures
[ "$(wc -l < $results/failures)" -le 400 ] || echo "--- and more: see $results/failures"
echo
LC_ALL=C sort -u $results/scores # a head, and a line from each lab
awk '{ passed += $1; failed += $2 }
     END { printf "%d passed, %d failed\n", passed, failed; exit failed > 0 }' $results/counts
