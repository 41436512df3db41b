# docs/the-way-of-an-ap.md: its letters are those of trampoline/stage.h, and its traces are possible ones.

way=docs/the-way-of-an-ap.md

# stages: LETTER NAME, in the order of `enum class ApStage`.
stages() { sed -n "/^enum class ApStage/,/^};/s/^ *\([a-z0-9_]*\) = '\(.\)',.*/\2 \1/p" trampoline/stage.h; }

test_its_letters_are_those_of_ap_stage_in_order() {
    stages > "$scratch/stages"
    [ "$(wc -l < "$scratch/stages")" -gt 20 ] || fail "hardly a stage in trampoline/stage.h"
    # shellcheck disable=SC2016 # backquotes of Markdown
    sed -n 's/^| `\(.\)` |[^|]*| `\([a-z0-9_]*\)` |.*/\1 \2/p' $way > "$scratch/table"
    same "$scratch/stages" "$scratch/table" "trampoline/stage.h (-) and the table of $way (+)"
}

test_the_complete_trace_is_all_of_them() {
    complete=$(stages | cut -c 1 | tr -d '\n')
    grep -qF "complete_trace[] = \"$complete\"" trampoline/stage.h || fail "trampoline/stage.h: complete_trace"
    grep -qF "$complete" $way || fail "$way: no complete trace"
}

# A trace that a lab's starter leaves begins the complete one, and is the one that its handout shows.
test_the_traces_without_a_lab_are_those_of_the_handouts() {
    sed -n 's/^| \([1-6]\) [^|]*|[^|]*| `*\([a-zA-Z0-9]*\)`* |.*/\1 \2/p' $way | while read -r lab trace; do
        case $trace in none) shown='trace  *none' ;; *) shown="trace  *$trace, and never" ;; esac
        grep -q "^ *$shown" labs/"$lab"-*/README.md || echo "lab $lab: $trace"
        echo "$lab" >> "$scratch/labs"
    done | empty "traces that no handout shows"
    [ "$(tr -d '\n' < "$scratch/labs")" = 123456 ] || fail "not a line for each lab"
}

# A handout that shows a trace says where its letters are explained.
test_each_handout_with_a_trace_links_there() {
    for handout in README.md labs/*/README.md; do
        grep -q 'trace  ' "$handout" || fail "$handout shows no trace"
        grep -qF 'docs/the-way-of-an-ap.md)' "$handout" || echo "$handout"
    done | empty "handouts without a link to $way"
    sed -n 3p labs/1-*/README.md | grep -qF 'the-way-of-an-ap.md' || fail "lab 1 does not begin with it"
}
