# Submissions of one lab each, wrong (mutants), wicked (hostile) and right but different (variants).
# Each has a file `expected`: a line for each engine that is to judge it, with the outcome, the
# diagnosis and the points that it gives alone.

list() {
    for folder in tests/mutants/* tests/hostile/* tests/variants/*; do
        echo "graded $folder $(grep -v '^#' "$folder/expected" | xargs)"
    done
}

# graded FOLDER {ENGINE OUTCOME DIAGNOSIS POINTS}...: both engines at once, if both are to judge.
graded() {
    folder=$1
    shift
    lab=$(basename "$folder"/[0-9]-* | cut -c1)
    engine=$1
    [ $# -eq 4 ] || engine=both
    build/sipi grade --submission "$folder" --lab "$lab" --engine "$engine" --format json \
        > "$scratch/json"
    most=0
    while [ $# -ne 0 ]; do
        found=$(said "$1")
        [ "$found" = "$2 $3" ] || { cat "$scratch/json"; fail "expected $2 $3 in $1, not $found"; }
        [ "$4" -le "$most" ] || most=$4
        shift 4
    done
    # Together they give no more than the one that gives more: one may not have been able to judge.
    points=$(field points)
    { [ "$points" -le "$most" ] && { [ "$engine" = both ] || [ "$points" = "$most" ]; }; } ||
        { cat "$scratch/json"; fail "expected $most points, not $points"; }
    case $folder in
        tests/variants/*) [ "$points" = "$most" ] || fail "a right answer has only $points of $most points" ;;
    esac
    # Nothing of the host's own files, whatever was included.
    grep root: "$scratch/json" | empty "a file of the host shows"
}

# said ENGINE: outcome and diagnosis of its run; of the lab, if it was not built and nothing ran.
said() {
    awk -v engine="\"$1\"," '
        $1 == "\"engine\":" { its = $2 == engine; ran = 1 }
        (its || !ran) && ($1 == "\"outcome\":" || $1 == "\"diagnosis\":") {
            gsub(/[",]/, "", $2)
            said[$1] = $2
            if (its && $1 == "\"diagnosis\":") exit
        }
        END { print said["\"outcome\":"], said["\"diagnosis\":"] }' "$scratch/json"
}

# field NAME: of the lab.
field() {
    sed -n "s/^      \"$1\": \"\{0,1\}\([^\",]*\).*/\1/p" "$scratch/json"
}
