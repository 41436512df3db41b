# Submissions of one lab each (tests/submissions/case.h): wrong, wicked, and right but different. All of a
# lab are judged by one program, and each counts as one.

list() {
    for lab in labs/[1-9]-*; do
        echo "judged $(basename "$lab")"
    done
}

# judged LAB: what the program counts is kept, for the table of scores.
judged() {
    status=0
    build/e2e/submissions "tests/submissions/$1" > "$scratch/said" || status=$?
    grep -E '^(lab | .* mutants |  .* named )' "$scratch/said" >> build/test/scores || true
    echo "$(grep -c '^ok ' "$scratch/said") $(grep -c '^FAILED ' "$scratch/said")" > "$COUNTS"
    [ $status = 0 ] || { awk '/^ok /{shown = 0} /^FAILED /{shown = 1} shown' "$scratch/said"; fail "status $status"; }
}
