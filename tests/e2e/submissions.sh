# Submissions of one lab each (tests/submissions/case.h): wrong, wicked, and right but different. All of a
# lab are judged by one program, and each counts as one. And half-done work, of labs where it is written down
# what it is to be called.

list() {
    for lab in labs/[1-9]-*; do
        lab=$(basename "$lab")
        echo "judged $lab"
        [ ! -f "tests/submissions/$lab/prefixes.expected" ] || echo "half_done $lab"
        [ ! -f "tests/submissions/$lab/above-starter.expected" ] || echo "half_done $lab --above-starter"
    done
}

# judged LAB: what the program counts is kept, for the table of scores.
judged() {
    status=0
    build/e2e/submissions "tests/submissions/$1" > "$scratch/said" || status=$?
    sed -n '/ mutants in QEMU /,/^lab /p' "$scratch/said" >> build/test/scores
    echo "$(grep -c '^ok ' "$scratch/said") $(grep -c '^FAILED ' "$scratch/said")" > "$COUNTS"
    [ $status = 0 ] || { awk '/^ok /{shown = 0} /^FAILED /{shown = 1} shown' "$scratch/said"; fail "status $status"; }
}

# half_done LAB [OPTION]: each prefix of the reference.
half_done() {
    lab=${1%%-*}
    shift
    build/e2e/submissions --prefixes "$lab" "$@"
}
