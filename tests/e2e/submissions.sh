# Submissions of one lab each, wrong (mutants), wicked (hostile) and right but different (variants).
# Each has a file `expected`: a line for each engine that is to judge it, with the outcome, the
# diagnosis and the points.

list() {
    for folder in tests/mutants/* tests/hostile/* tests/variants/*; do
        grep -v '^#' "$folder/expected" | while read -r engine expected; do
            echo "graded $folder $engine $expected"
        done
    done
}

# graded FOLDER ENGINE OUTCOME DIAGNOSIS POINTS
graded() {
    lab=$(basename "$1"/[0-9]-* | cut -c1)
    build/sipi grade --submission "$1" --lab "$lab" --engine "$2" --format json > "$scratch/json"
    found="$(field outcome) $(field diagnosis) $(field points)"
    [ "$found" = "$3 $4 $5" ] || { cat "$scratch/json"; fail "expected $3 $4 $5, not $found"; }
    # Nothing of the host's own files, whatever was included.
    grep root: "$scratch/json" | empty "a file of the host shows"
}

# field NAME: of the lab.
field() {
    sed -n "s/^      \"$1\": \"\{0,1\}\([^\",]*\).*/\1/p" "$scratch/json"
}
