# docs/reading-order.md says how long each step is, and tools/reading_order.sh counts.

in_a_clone

test_its_numbers_are_current() { tools/reading_order.sh; }

# copied: the tool, the page and the sources, to change.
copied() {
    mkdir -p "$scratch/copy"
    project_files tools/reading_order.sh docs/reading-order.md kernel trampoline solutions > "$scratch/list"
    tar -c -T "$scratch/list" | tar -x -C "$scratch/copy"
    cd "$scratch/copy"
    tools/reading_order.sh --update
}

test_a_longer_file_is_noticed_and_counted() {
    copied
    before=$(grep -oE '[0-9]+ lines in all' docs/reading-order.md)
    printf '\n\n' >> kernel/main.cc
    ! tools/reading_order.sh > "$scratch/said" || fail "went by"
    grep -q "^-1\. .* ($(($(wc -l < kernel/main.cc) - 2)) lines)$" "$scratch/said" || { cat "$scratch/said"; fail "does not show the step"; }
    tools/reading_order.sh --update
    tools/reading_order.sh
    [ "$(grep -oE '[0-9]+ lines in all' docs/reading-order.md)" = "$((${before%% *} + 2)) lines in all" ] || fail "the sum"
}

test_a_file_that_is_gone_is_an_error() {
    copied
    rm kernel/main.cc
    ! tools/reading_order.sh > "$scratch/said" 2>&1 || fail "went by"
    grep -q 'names kernel/main.cc, which is not there' "$scratch/said" || { cat "$scratch/said"; fail "says something else"; }
}

test_a_file_of_two_steps_is_in_the_sum_once() {
    copied
    # shellcheck disable=SC2016 # Markdown
    printf '# R\n\nAll: 0 lines in all.\n\n1. `kernel/main.cc`: this.\n2. `kernel/main.cc`,\n   `kernel/kernel.ld`: both.\n\nEnd.\n' > docs/reading-order.md
    tools/reading_order.sh --update
    main=$(wc -l < kernel/main.cc) script=$(wc -l < kernel/kernel.ld)
    grep -qx "All: $((main + script)) lines in all." docs/reading-order.md || fail "the sum"
    grep -q "^ .*both. ($((main + script)) lines)$" docs/reading-order.md || fail "a step of two lines"
    tail -n 1 docs/reading-order.md | grep -qx 'End.' || fail "the end is gone"
}
