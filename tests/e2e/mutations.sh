# Small changes of the references, one at a time: a sample of them.

sweep() { build/e2e/submissions --changes "$@" > "$scratch/said"; }

test_a_sample_of_all_small_changes() {
    sweep --step 120 || { cat "$scratch/said"; fail "a change is not as it should be"; }
    tail -n 1 "$scratch/said" | grep -q '^[1-9][0-9]* changes: [1-9][0-9]* named, [1-9][0-9]* harmless, 0 not' ||
        { cat "$scratch/said"; fail "what it counts is not what it did"; }
}

# A change that loses nothing and is not listed, and one that is listed and loses points.
test_the_list_of_harmless_changes_is_held_to_what_happens() {
    sed 's/^real_mode.asm|drop|1-6|/real_mode.asm|drop|2-7|/' tests/submissions/harmless.txt > "$scratch/harmless"
    ! sweep 'real_mode.asm drop-0' --harmless "$scratch/harmless" || fail "a list that is wrong went by"
    grep -q '  FAILED .* drop-01: QEMU passed' "$scratch/said" || { cat "$scratch/said"; fail "drop-01 was let pass"; }
    grep -q '  FAILED .* drop-07: QEMU not-yet' "$scratch/said" || { cat "$scratch/said"; fail "drop-07 was let pass"; }
}
