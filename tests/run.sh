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
    case $counts in # one that could not even count has failed
    *' 0') [ $word = ok ] || counts="${counts% *} 1" ;;
    esac
    echo "$counts" >> $results/counts
    printf '%-6s %s (%d.%d s)\n' $word "$name" $((tenths / 10)) $((tenths % 10))
    if [ $word = FAILED ]; then
        { echo; echo "--- $name"; tail -n 60 "$scratch/output"; } > "$scratch/failure"
        cat "$scratch/failure" >> $results/failures
    fi
    rm -rf "$scratch"
}

# chosen FILE...: their tests with the text in the name.
chosen() {
    list_tests "$@" | while read -r line; do
        case $(title "$line") in *"$only"*) echo "$line" ;; esac
    done
}

# run JOBS: the tests that standard input names, so many at a time.
run() {
    xargs -r -d '\n' -P "$1" -n 1 tests/run.sh --one | tee -a $results/lines
}

# build_for TESTS: what they run, where those that build it are hardly among the chosen.
build_for() {
    # shellcheck disable=SC2046 # targets
    set -- $(sed -n 's,^tests/unit/.*,build/unit/unit,p
        s,^tests/\(e2e\|repo\)/.*,all iso build/e2e/e2e build/e2e/submissions build/portable/sipi,p' "$1" | sort -u)
    [ $# = 0 ] || make "$@" && return
    echo "0 1" >> $results/counts
    echo "--- make $*: what the tests run cannot be built" >> $results/failures
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
chosen tests/build/*.sh | run 1
chosen tests/unit/*.sh tests/repo/*.sh tests/lint/*.sh tests/e2e/*.sh > $results/chosen
[ -z "$only" ] || build_for $results/chosen
run "$TEST_JOBS" < $results/chosen

[ -s $results/counts ] || { echo "no test has this in its name: $only"; exit 1; }
head -n 400 $results/failures
[ "$(wc -l < $results/failures)" -le 400 ] || echo "--- and more: see $results/failures"
echo
LC_ALL=C sort -u $results/scores # a head, and a line from each lab
awk '{ passed += $1; failed += $2 }
     END { printf "%d passed, %d failed\n", passed, failed; exit failed > 0 }' $results/counts
