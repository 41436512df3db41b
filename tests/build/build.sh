# Both compilers take everything, without a word; and make does no more than it has to.

# quietly MAKE-ARGUMENTS: builds; fails if a compiler warned.
quietly() {
    make "$@" > "$scratch/log" 2>&1 || { cat "$scratch/log"; fail "make $* ended with an error"; }
    grep -i warning "$scratch/log" | empty "make $* warned"
}

test_kernel_and_checker_with_gcc() { quietly all; }
test_iso() { quietly iso; }
test_kernel_with_clang() { quietly kernel CXX=clang++; }
test_starters_with_gcc() {
    for lab in labs/*/; do quietly kernel LAB="$(basename "$lab" | cut -c1)"; done
}
test_starters_with_clang() {
    for lab in labs/*/; do quietly kernel LAB="$(basename "$lab" | cut -c1)" CXX=clang++; done
}
test_test_programs() { quietly test-programs; }
