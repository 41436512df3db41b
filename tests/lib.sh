# What every test may use. Read into the test's shell; run by tests/run.sh from the project's root.

# The tests of a file that has no list of its own: its functions test_*.
list() {
    sed -n 's/^\(test_[a-z0-9_]*\)() .*/\1/p' "./$1"
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
