# The documents and the comments, as Doxygen reads them.

test_the_site_is_made_without_a_warning() {
    rm -rf build/docs
    make docs > "$scratch/said" 2>&1 || { cat "$scratch/said"; fail "make docs ended with an error"; }
    grep -v ' DOXYGEN ' "$scratch/said" | empty "Doxygen had something to say"
    for lab in labs/*/; do
        page=md_labs_$(basename "$lab" | tr - _)_README.html
        grep -qF "href=\"$page\"" build/docs/html/index.html || fail "the main page has no link to $lab"
        [ -f "build/docs/html/$page" ] || fail "$lab has no page"
    done
    grep -q 'AP' build/docs/html/namespacesmp.html || fail "smp has no page"
    { grep -rlE '(solutions|tests) Directory Reference' build/docs/html || true; } | empty "folders that do not belong there"
}

test_a_warning_is_an_error() {
    mkdir "$scratch/input"
    echo '# A page with a command that does not exist: @nosuchcommand' > "$scratch/input/page.md"
    { cat docs/Doxyfile; printf 'INPUT = "%s"\nOUTPUT_DIRECTORY = "%s"\n' "$scratch/input" "$scratch"; } |
        sed '/^USE_MDFILE/d' > "$scratch/Doxyfile"
    ! doxygen "$scratch/Doxyfile" > "$scratch/said" 2>&1 || fail "an unknown command went by"
    grep -q nosuchcommand "$scratch/said" || { cat "$scratch/said"; fail "ended for another reason"; }
}
