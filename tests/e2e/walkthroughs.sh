# What the walkthroughs and the handouts type into debuggers, typed, and what comes of it, compared.

list() {
    grep -l '^```console$' docs/walkthroughs/*.md labs/*/README.md | sed 's/^/replay /'
    sed -n 's/^\(test_[a-z0-9_]*\)() .*/\1/p' tests/e2e/walkthroughs.sh
}

# One at a time: whoever debugs the same kernel writes the same files.
walk() { flock build/test/walkthroughs.lock tests/e2e/walkthroughs.py "$@"; }

replay() { walk "$1"; }

# changed WORDS: the walkthrough of lab 5 with a sed script applied is found to be untrue.
changed() {
    sed "$1" docs/walkthroughs/bochs-5-nx-wp.md > "$scratch/changed.md"
    ! cmp -s docs/walkthroughs/bochs-5-nx-wp.md "$scratch/changed.md" || fail "changes nothing: $1"
    ! walk --once "$scratch/changed.md" > "$scratch/said" || fail "went by: $1"
    grep -q 'not what the debugger prints' "$scratch/said" || { cat "$scratch/said"; fail "another reason: $1"; }
}

test_a_changed_bit_is_found() { changed 's/ nxe LMA LME / NXE LMA LME /'; }
test_a_changed_entry_is_found() { changed 's/PTE: 0x8/PTE: 0x0/'; }
