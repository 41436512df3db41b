# The page of real runs: whole, harmless, and short where there is nothing to tell.

# page ARGUMENTS: checks, as told; the page goes to $scratch/page, and has to be well-formed.
page() {
    status=0
    build/sipi check --html "$scratch/page" "$@" > "$scratch/said" 2>&1 || status=$?
    [ $status -lt 2 ] || { cat "$scratch/said"; fail "sipi check $*: status $status"; }
    xmllint --nonet --noout "$scratch/page" || fail "no well-formed page"
}

# value XPATH: of the page. Its elements are in a namespace, which XPath wants to be told.
value() {
    sed 's/ xmlns="[^"]*"//' "$scratch/page" > "$scratch/plain"
    xmllint --nonet --xpath "string($1)" "$scratch/plain"
}

# has COUNT XPATH WORDS
has() { [ "$(value "count($2)")" = "$1" ] || fail "$3: $(value "count($2)"), not $1"; }

test_a_fault_has_every_part() {
    page --lab 5 --engine both
    has 2 "//ol[@class='walk']" "a walk in each engine"
    has 8 "//ol[@class='walk']/li" "four levels each"
    has 128 "//div[@class='strip']//span" "64 bits each"
    has 2 "//ol[@class='chain']/li[@class='end']" "a chain that ends in a triple fault"
    has 2 "//table[caption='EFER']/tbody/tr[th='11 NXE'][@class='differs']" "EFER.NXE differs"
    has 2 "//table[@class='timeline']//b[@class='letter died']" "the letter that was never left"
    has 1 "//table[@class='engines']/tbody/tr[th='First error code'][@class='differs']" "error codes"
    line=$(value "//span[@class='line here']")
    case $line in *'record.id'*) ;; *) fail "marked line: $line" ;; esac
}

test_every_starter_has_a_page() {
    page --engine qemu --lab all
    labs=$(find labs -name lab.toml | wc -l)
    has "$labs" "//table[@class='summary']/tbody/tr" "a line for each lab"
    has "$labs" "//section[starts-with(@id, 'lab-')]" "a section for each lab"
    has "$labs" "//table[@class='timeline']" "the CPUs' ways"
    has 0 "//@href[not(starts-with(., '#'))] | //@src | //script" "something to load or run"
    has 0 "//a[not(substring(@href, 2) = //@id)]" "links that lead nowhere"
}

test_a_lab_that_passed_is_short() {
    page --submission solutions --lab 5 --engine qemu
    has 1 "//span[@class='badge passed']" "passed"
    has 0 "//article | //pre | //figure" "parts about faults"
    [ "$(sed '/<style>/,/<\/style>/d' "$scratch/page" | wc -c)" -lt 4000 ] || fail "not short"
}

# lies FILE: a submission for lab 5 whose debug information says that its fault is in FILE.
lies() {
    mkdir -p "$scratch/lies/5-nx-wp"
    cp labs/5-nx-wp/match_bsp.asm "$scratch/lies/5-nx-wp"
    sed "/student code begins/a\\
#line 18 \"$1\"\\
    asm volatile(\"ud2\");" labs/5-nx-wp/match_bsp.cc > "$scratch/lies/5-nx-wp/match_bsp.cc"
    page --submission "$scratch/lies" --lab 5 --engine qemu
    case $(value "//ol[@class='chain']/li[1]") in *"$2"*) ;; *) fail "$1: not where it was said to be" ;; esac
}

test_debug_information_cannot_show_other_files() {
    for file in solutions/5-nx-wp/match_bsp.cc kernel/../solutions/5-nx-wp/match_bsp.cc \
        /etc/passwd ../../../../../../../../etc/passwd .git/config; do
        lies "$file" "${file##*/}"
        has 0 "//pre[@class='source']" "$file is shown"
    done
    lies kernel/main.cc kernel/main.cc # what may be shown is, so the above means something
    has 1 "//pre[@class='source']" "kernel/main.cc"
}

test_a_files_name_is_no_markup() {
    lies "</dd><script>alert(1)</script>.cc" "<script>alert(1)</script>.cc"
    has 0 "//script" "scripts"
}

test_a_page_that_cannot_be_written_is_said_at_once() {
    status=0
    build/sipi check --lab 5 --html "$scratch/none/page" > "$scratch/said" 2>&1 || status=$?
    [ $status = 2 ] || fail "status $status"
    grep -q 'cannot write .*none/page' "$scratch/said" || fail "does not say so"
    status=0
    build/sipi check --lab 5 --html "$scratch/same" --out "$scratch/same" > "$scratch/said" 2>&1 || status=$?
    [ $status = 2 ] || fail "one file for both: status $status"
}

test_a_page_leaves_the_report_alone() {
    make -s grade LAB=5 ENGINE=qemu FORMAT=json HTML="$scratch/page" > "$scratch/report" 2> "$scratch/said" ||
        { cat "$scratch/said"; fail "make grade HTML=..."; }
    jsonschema -i "$scratch/report" docs/report.schema.json || fail "the report has become another"
    grep -q "page to look at is in $scratch/page" "$scratch/said" || fail "does not say where it is"
    xmllint --nonet --noout "$scratch/page" || fail "no well-formed page"
}
