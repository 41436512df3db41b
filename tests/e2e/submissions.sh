# Submissions of one lab each (tests/submissions/case.h): wrong, wicked, and right but different. All of a
# lab are judged by one program, and each counts as one. And half-done work, and two mistakes at once: what
# comes of each prefix of the references, and of each pair, stands in the files *.expected. And changes at
# random. Whatever comes of one, its report must not contradict itself (tests/submissions/contradictions.h).

list() {
    for lab in labs/[1-9]-*; do
        lab=$(basename "$lab")
        echo "judged $lab"
        echo "half_done $lab"
        [ ! -f "tests/submissions/$lab/above-starter.expected" ] || echo "half_done $lab --above-starter"
    done
    echo pairs
    echo at_random
}

# judged LAB: what the program counts is kept, for the table of scores.
judged() {
    status=0
    build/e2e/submissions "tests/submissions/$1" > "$scratch/said" || status=$?
    sed -n '/ mutants in QEMU /,/^lab /p' "$scratch/said" >> build/test/scores
    echo "$(grep -c '^ok ' "$scratch/said") $(grep -c '^FAILED ' "$scratch/said")" > "$COUNTS"
    [ $status = 0 ] || { awk '/^ok /{shown = 0} /^FAILED /{shown = 1} shown' "$scratch/said"; fail "status $status"; }
}

# half_done LAB [OPTION]: each prefix of the reference counts as one, and each fall of points as a failure.
half_done() {
    status=0
    lab=${1%%-*}
    shift
    build/e2e/submissions --prefixes "$lab" "$@" > "$scratch/said" || status=$?
    sed -n 's/^\([0-9]*\) prefixes: \([0-9]*\) unknown, \([0-9]*\) not as expected, \([0-9]*\) contradict themselves; points fell \([0-9]*\) times$/\1 \2 \3 \4 \5/p' \
        "$scratch/said" | while read -r all unknown others contradictory fell; do
        bad=$((unknown + others + contradictory + fell))
        echo "$((all > bad ? all - bad : 0)) $bad"
    done > "$COUNTS"
    [ $status = 0 ] || { grep -B 4 '^FAILED' "$scratch/said" || cat "$scratch/said"; fail "status $status"; }
}

# Each pair counts as one.
pairs() {
    status=0
    build/e2e/submissions --pairs > "$scratch/said" || status=$?
    echo "$(grep -c '^ok ' "$scratch/said") $(grep -c '^FAILED ' "$scratch/said")" > "$COUNTS"
    [ $status = 0 ] || { awk '/^ok /{shown = 0} /^FAILED /{shown = 1} shown' "$scratch/said"; fail "status $status"; }
}

# So many that it takes no tenth of the time; more are judged by hand.
at_random() {
    build/e2e/submissions --random 20 > "$scratch/said" || { cat "$scratch/said"; fail "a report contradicts itself"; }
    grep -q '^20 random changes: 0 contradict themselves' "$scratch/said" || { cat "$scratch/said"; fail "what it counts is not what it did"; }
}
