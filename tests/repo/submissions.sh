# The submissions that the checker is measured by, and the page about them.

# place NAME: where the case N-NAME of lab N is.
place() { echo tests/submissions/"${1%%-*}"-*/"${1#*-}".case; }

# It is made of their heads: of one that cannot be read, or that says too little, it is not made.
test_the_page_is_as_it_would_be_made() {
    build/e2e/submissions --page > "$scratch/page"
    grep -q '^lab 6 .* of ' "$scratch/page" || fail "no scores"
    same docs/mutants.md "$scratch/page" "run: build/e2e/submissions --page > docs/mutants.md"
}

test_the_mistakes_name_cases_that_there_are() {
    grep -o '`[1-6]-[a-z0-9-]*`' docs/mistakes.md | tr -d '`' | sort -u | while read -r name; do
        [ -f "$(place "$name")" ] || echo "$name"
    done | empty "named in docs/mistakes.md, and not there"
}
