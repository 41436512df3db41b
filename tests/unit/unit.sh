# The host unit tests, under sanitizers; each doctest case counts as one.

test_cases() {
    status=0
    build/unit/unit --no-colors=true > "$scratch/cases" 2>&1 || status=$?
    sed -n 's/^\[doctest\] test cases: *[0-9]* | *\([0-9]*\) passed | *\([0-9]*\) failed.*/\1 \2/p' \
        "$scratch/cases" > "$COUNTS"
    [ $status = 0 ] && [ -s "$COUNTS" ] && return
    [ -s "$COUNTS" ] || echo "0 1" > "$COUNTS" # a sanitizer ended it
    cat "$scratch/cases"
    fail "status $status"
}
