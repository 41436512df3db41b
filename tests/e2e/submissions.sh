# Submissions of one lab each, wrong (mutants), wicked (hostile) and right but different (variants).
# Each has a file `expected`: a line for each engine that is to judge it, with the outcome, the
# diagnosis and the points that it gives alone. All of a lab are judged by one program.

list() {
    for lab in labs/[1-9]-*; do
        echo "judged $(basename "$lab")"
    done
}

# judged LAB: each of its submissions counts as one; what came of them is kept for the table of scores.
judged() {
    status=0
    find tests/mutants tests/variants tests/hostile -path "*/$1" | sort | xargs dirname |
        xargs build/e2e/submissions > "$scratch/said" || status=$?
    grep -E '^(ok|FAILED) ' "$scratch/said" >> build/test/submissions || true
    echo "$(grep -c '^ok ' "$scratch/said") $(grep -c '^FAILED ' "$scratch/said")" > "$COUNTS"
    [ $status = 0 ] || { awk '/^ok /{shown = 0} /^FAILED /{shown = 1} shown' "$scratch/said"; fail "status $status"; }
}
