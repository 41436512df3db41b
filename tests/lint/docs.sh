# The handbook as a site, as `make docs` makes it.
html=build/docs/html

# Made once for all of these tests.
made() {
    mkdir -p build/test
    (
        flock 9
        [ ! -f build/test/site ] || exit 0
        rm -rf build/docs
        make docs > build/test/site.said 2>&1 || { cat build/test/site.said; exit 1; }
        touch build/test/site
    ) 9> build/test/site.lock || fail "make docs ended with an error"
}

test_it_is_made_without_a_warning() {
    made
    grep -vE '^ *\[[0-9]+/[0-9]+\] ' build/test/site.said | empty "Doxygen had something to say"
}

test_its_links_lead_somewhere() {
    made
    python3 tests/lint/links.py $html | empty "links to nowhere"
}

test_a_link_to_nowhere_is_found() {
    mkdir "$scratch/site"
    echo '<p id="here"><a href="b.html#there">b</a> <a href="#here">a</a>' > "$scratch/site/a.html"
    echo '<p id="elsewhere"><a href="c.html">c</a><img src="d.svg"> <a href="http://example.org/">e</a>' > "$scratch/site/b.html"
    python3 tests/lint/links.py "$scratch/site" | cut -d: -f1,2,5- | tr '\n' ' ' > "$scratch/found"
    [ "$(wc -w < "$scratch/found")" -gt 5 ] || { cat "$scratch/found"; fail "links went by"; }
    [ "$(python3 tests/lint/links.py "$scratch/site" | wc -l)" = 4 ] || fail "not four of them"
}

# The contents beside each page are those of docs/index.md: every document, every lab, every folder.
test_every_document_is_in_the_contents() {
    made
    for document in docs/*.md docs/decisions/*.md docs/walkthroughs/*.md labs/*/README.md README.md CONTRIBUTING.md; do
        case $document in docs/index.md | docs/handout.md) continue ;; esac
        page=$(echo "$document" | sed 's,^docs/,,; s,/README\.md$,,; s/\.md$//' | tr -c 'A-Za-z0-9\n' _)
        grep -qF "href=\"$page.html\"" $html/index.html || echo "$document: no $page.html in the contents"
        [ -f "$html/$page.html" ] || echo "$document: no page"
    done | empty "documents that cannot be found"
}

test_every_cause_has_a_page_and_is_in_the_list() {
    made
    grep -q 'href="causes.html"' $html/index.html || fail "the list is not in the contents"
    for cause in docs/causes/[a-z]*.md; do
        page=causes_$(basename "$cause" .md | tr - _).html
        [ -f "$html/$page" ] || echo "$cause: no page"
        grep -qF "href=\"$page\"" $html/causes.html || echo "$cause: not in the list"
    done | empty "causes that cannot be found"
    grep -q 'href="causes_nxe_missing.html"' $html/mutants.html || fail "the cases do not lead to their causes"
    grep -q 'href="labs_5_nx_wp.html"' $html/causes_nxe_missing.html || fail "a cause does not lead to its handout"
}

test_every_folder_has_its_sentence() {
    find kernel trampoline -type d | sort > "$scratch/folders"
    echo solutions >> "$scratch/folders"
    sed 's/ .*//' docs/site/folders.txt | sort > "$scratch/described"
    sort -o "$scratch/folders" "$scratch/folders"
    same "$scratch/folders" "$scratch/described" "docs/site/folders.txt"
    awk 'NF < 4 || !/\.$/' docs/site/folders.txt | empty "folders without a sentence"
}

test_every_source_is_there() {
    made
    find kernel trampoline solutions -name '*.asm' -o -name '*.inc' -o -name '*.ld' | while read -r source; do
        page=$html/$(echo "$source" | tr -c 'A-Za-z0-9\n' _).html
        [ -f "$page" ] || { echo "$source: no page"; continue; }
        [ "$(grep -c '<div class="line"' "$page")" = "$(wc -l < "$source")" ] || echo "$source: lines are missing"
    done | empty "sources that are not there"
    grep -q 'class="lineno">    1</span>' $html/main_8cc_source.html || fail "main.cc has no first line"
    grep -q 'href="folder_kernel_smp.html"' $html/reading_order.html || fail "the reading order does not lead to the sources"
    grep -q 'href="wake_8cc_source.html"' $html/reading_order.html || fail "the reading order does not lead to wake.cc"
    grep -q 'href="trampoline_protected_mode_asm.html"' $html/show.html || fail "the page at 0x8000 leads to no source"
    grep -q "leave_stage 'W'" $html/show.html || fail "the page at 0x8000 is not all there"
}

# People read it at night, and on a telephone.
test_it_is_for_light_and_dark_and_for_narrow_screens() {
    grep -q 'prefers-color-scheme: dark' docs/site/style.css || fail "no dark"
    grep -q 'name="viewport"' docs/site/header.html || fail "no viewport"
    grep -n '#[0-9a-f]\{3,6\}\b' docs/site/style.css | grep -v ' --[a-z]*: #' | grep -v '^[0-9]*:#' | empty "colours that have no dark side"
    made
    { grep -lE '<script|doxygen\.css' $html/index.html $html/wake_8cc_source.html || true; } | empty "pages with scripts or another style"
}

test_a_warning_is_an_error() {
    mkdir "$scratch/input"
    echo '# A page with a command that does not exist: @nosuchcommand' > "$scratch/input/page.md"
    { cat docs/Doxyfile; printf 'INPUT = "%s"\nOUTPUT_DIRECTORY = "%s"\n' "$scratch/input" "$scratch"; } |
        sed '/^USE_MDFILE/d; /^HTML_HEADER/d; /^FILTER_PATTERNS/,$ { /^[A-Z]*_*[A-Z]* *=/!d; /^FILTER_PATTERNS/d; }' > "$scratch/Doxyfile"
    ! doxygen "$scratch/Doxyfile" > "$scratch/said" 2>&1 || fail "an unknown command went by"
    grep -q nosuchcommand "$scratch/said" || { cat "$scratch/said"; fail "ended for another reason"; }
}
