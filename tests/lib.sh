# What every test may use. Read into the test's shell; run by tests/run.sh from the project's root.

# The tests of a file that has no list of its own: its functions test_*.
list() {
    sed -n 's/^\(test_[a-z0-9_]*\)() .*/\1/p' "./$1"
}

# project_files PATTERN...: the files that belong to the project.
project_files() {
    git -c safe.directory='*' ls-files -- "$@"
}

# in_a_clone: fails unless git knows the project's files; a rule about no files is kept too easily.
in_a_clone() {
    [ -n "$(project_files Makefile)" ] || fail "this is no clone: git knows no files"
}

# fail WORDS: ends the test.
fail() {
    echo "$*"
    exit 1
}

# empty WORDS: reads standard input; fails, and shows it, unless there is nothing.
empty() {
    found=$(cat)
    [ -z "$found" ] || fail "$*:
$found"
}

# same FILE FILE WORDS: fails, and shows the difference, unless they are equal.
same() {
    diff -u "$1" "$2" > "$scratch/difference" && return
    cat "$scratch/difference"
    shift 2
    fail "$*"
}

# doctest_cases PROGRAM: each of its cases counts as one.
doctest_cases() {
    status=0
    "$1" --no-colors=true > "$scratch/cases" 2>&1 || status=$?
    sed -n 's/^\[doctest\] test cases: *[0-9]* | *\([0-9]*\) passed | *\([0-9]*\) failed.*/\1 \2/p' \
        "$scratch/cases" > "$COUNTS"
    [ $status = 0 ] && [ -s "$COUNTS" ] && return
    [ -s "$COUNTS" ] || echo "0 1" > "$COUNTS" # a sanitizer ended it
    cat "$scratch/cases"
    fail "status $status"
}
