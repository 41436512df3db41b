# The wrong submissions that the checker is measured by, and the page about them.

test_each_engine_judges_each_mutant() {
    for folder in tests/mutants/* tests/variants/*; do
        for engine in qemu bochs; do
            [ "$(grep -c "^$engine " "$folder/expected")" = 1 ] || echo "$folder: not one line for $engine"
        done
    done | empty "expectations that are not complete"
}

test_no_mutant_passes_in_both_engines() {
    for folder in tests/mutants/*; do
        [ "$(grep -c '^[a-z]* passed ' "$folder/expected")" -lt 2 ] || echo "$folder"
    done | empty "mutants that nobody notices"
}

test_right_answers_get_everything() {
    grep -h '^[a-z]' tests/variants/*/expected | grep -vE '^[a-z]+ passed null [0-9]+$' |
        empty "right answers that lose something"
}

test_each_says_what_it_is() {
    for folder in tests/mutants/* tests/variants/*; do
        head -n 1 "$folder/expected" | grep -q '^# .' || echo "$folder"
    done | empty "no title in the first line"
}

test_the_page_is_as_it_would_be_made() {
    tools/mutants.sh > "$scratch/page"
    grep -q '^lab 6 .* of ' "$scratch/page" || fail "no scores"
    same docs/mutants.md "$scratch/page" "run: tools/mutants.sh > docs/mutants.md"
}

test_the_mistakes_name_mutants_that_there_are() {
    grep -o '`[1-6]-[a-z0-9-]*`' docs/mistakes.md | tr -d '`' | sort -u | while read -r name; do
        [ -d "tests/mutants/$name" ] || [ -d "tests/variants/$name" ] || echo "$name"
    done | empty "named in docs/mistakes.md, and not there"
}
