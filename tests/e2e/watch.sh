# sipi watch, as somebody at a terminal uses it.

test_saves_keys_and_every_way_to_end_it() {
    mkdir -p "$scratch/mine"
    cp -R labs/5-nx-wp labs/6-per-cpu "$scratch/mine/"
    python3 tests/e2e/watch.py build/sipi "$scratch/mine" solutions
}

test_it_wants_a_terminal() {
    ! build/sipi watch --lab 5 > "$scratch/said" 2>&1 < /dev/null || fail "it watches for nobody"
    grep -q 'watch wants a terminal' "$scratch/said" || { cat "$scratch/said"; fail "no word of it"; }
    ! build/sipi watch --lab 9 > "$scratch/said" 2>&1 || fail "lab 9"
    grep -q 'there is no lab 9' "$scratch/said" || { cat "$scratch/said"; fail "no word of the labs"; }
}
