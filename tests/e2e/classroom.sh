# A class is graded by one command. Whatever ends or breaks it, the reports are the same in the end, byte for byte.

# a_class COUNT: makes $scratch/class with so many students, and what else a download has.
a_class() {
    python3 tests/classroom/make_class.py "$scratch/class" "$1"
    mkdir "$scratch/class/empty" "$scratch/class/linked"
    echo 'I could not finish.' > "$scratch/class/essay.txt"
    ln -s /etc/passwd "$scratch/class/linked/match_bsp.cc"
    printf 'this is no archive' > "$scratch/class/broken.zip"
    cp -r "$scratch/class/student-001" "$scratch/class/student-001-again"
}

# graded STATUS ARGUMENTS...: sipi grade-class of lab 5 ends so; the reports are in $scratch/out.
graded() {
    wanted=$1
    shift
    status=0
    build/sipi grade-class --from "$scratch/class" --out "$scratch/out" --engine qemu --lab 5 "$@" \
        > "$scratch/said" 2> "$scratch/progress" || status=$?
    [ $status = "$wanted" ] || { cat "$scratch/progress" "$scratch/said"; fail "status $status, not $wanted"; }
}

# results FOLDER: its reports, but for how long it took.
results() { (cd "$1" && find . -type f ! -path './work/*' ! -name seconds.csv -exec sha256sum {} + | sort -k 2); }
says() { grep -q "$1" "$scratch/said" || { cat "$scratch/said"; fail "does not say: $1"; }; }

test_each_way_of_handing_in_is_found_and_the_rest_is_told() {
    a_class 8
    graded 0
    says '^9 graded, 4 handed in nothing that can be graded'
    says 'empty  *it is empty'
    says 'essay.txt  *it is neither a folder nor an archive'
    says 'linked  *match_bsp.cc is a link'
    says 'broken  *it cannot be read'
    says 'student-001, student-001-again'
    # The verdict of each is the one that it gets alone, from a plain folder.
    for student in 003 005 006 007 008; do
        build/sipi grade --submission "$scratch/out/work/inputs/student-$student" --engine qemu --lab 5 \
            --format json 2> "$scratch/progress" | grep -E '^  "points"' > "$scratch/alone"
        grep -E '^  "points"' "$scratch/out/students/student-$student/report.json" > "$scratch/in-class"
        same "$scratch/alone" "$scratch/in-class" "student-$student"
        grep -q "student-$student" "$scratch/out/work/inputs/student-$student/5-nx-wp/match_bsp.asm" ||
            fail "somebody else's files"
    done
    xmllint --noout "$scratch/out/class.xml" || fail "class.xml is not well-formed"
    [ "$(xmllint --xpath 'string(/testsuites/@errors)' "$scratch/out/class.xml")" = 0 ] || fail "errors"
    jsonschema -i "$scratch/out/students/student-001/report.json" docs/report.schema.json || fail "another report"
    { grep -rnE '[0-9] s\)|"seconds": [0-9]' "$scratch/out/students" || true; } | empty "times in the reports"
}

test_killed_at_any_moment_it_goes_on() {
    a_class 8
    graded 0 --jobs 1
    mv "$scratch/out" "$scratch/undisturbed"
    results "$scratch/undisturbed" > "$scratch/expected"
    # KILLS=n asks for more moments; after one that comes too late the next run begins anew.
    for _ in $(seq "${KILLS:-7}"); do
        status=0
        timeout -s KILL "$(shuf -i 10-220 -n 1 | sed 's/..$/.&/')" build/sipi grade-class --from "$scratch/class" \
            --out "$scratch/out" --engine qemu --lab 5 --jobs 3 > "$scratch/said" 2>&1 || status=$?
        if [ $status = 0 ]; then
            results "$scratch/out" > "$scratch/found"
            same "$scratch/expected" "$scratch/found" "gone on with, and not killed"
            rm -r "$scratch/out"
        fi
    done
    graded 0 --jobs 5
    results "$scratch/out" > "$scratch/found"
    same "$scratch/expected" "$scratch/found" "killed many times"
    find "$scratch/out" -name '*.part' | empty "what was being written"
    graded 0
    ! grep -q student "$scratch/progress" || fail "graded again, though all was done"
    # Who hands in something else is graded anew, and nobody else.
    echo '// once more' >> "$scratch/class/student-002/5-nx-wp/match_bsp.cc"
    graded 0
    [ "$(grep -c student "$scratch/progress")" = 1 ] || fail "not one student anew"
}

# in_a_small_disk: what the next test does where $scratch/out is one.
in_a_small_disk() {
    mount -t tmpfs -o size=8350k none "$scratch/out"
    graded 2
    grep -q 'is full: make room' "$scratch/progress" || { cat "$scratch/progress"; fail "no word of the disk"; }
    ! results "$scratch/out" | cmp -s - "$scratch/expected" || fail "there was room for all"
    mount -o remount,size=64m "$scratch/out"
    graded 0
    results "$scratch/out" > "$scratch/found"
    same "$scratch/expected" "$scratch/found" "after the disk was full"
}

test_a_full_disk_loses_nothing() {
    a_class 6
    graded 0
    results "$scratch/out" > "$scratch/expected"
    rm -r "$scratch/out"
    mkdir "$scratch/out"
    root=
    [ "$(id -u)" = 0 ] || root=--map-root-user
    # shellcheck disable=SC2086 # no word, or one
    unshare $root --mount sh -euc '. tests/lib.sh; . tests/e2e/classroom.sh; in_a_small_disk'
}

# said_of NAME WORDS: why that one was not graded.
said_of() { grep -qE "\"$1\",.*not graded: .*$2" "$scratch/out/class.csv" || { cat "$scratch/out/class.csv"; fail "$1"; }; }

test_archives_that_are_made_to_harm() {
    mkdir "$scratch/class"
    python3 tests/classroom/hostile_archives.py "$scratch/class" 2> "$scratch/warnings"
    cp -R solutions "$scratch/class/neighbour"
    graded 0
    says '^9 graded, 11 handed in nothing'
    # Those have right seams beside what is wrong: they are taken, and nothing else.
    for each in deep devices escapes-and-seams neighbour slip-tar slip-zip through-a-link umlauts 'nn*'; do
        grep -q "^\"$each\",\"\",20,20" "$scratch/out/class.csv" || fail "$each was not graded"
    done
    for each in device hard-link link; do said_of "$each-for-a-seam" 'match_bsp.cc is a link'; done
    said_of many 'more than 50000 files'
    said_of ratio 'unpacks to more than 1024 MiB'
    said_of large-seam 'is larger than 256 KiB'
    said_of nested 'none of'
    said_of twice 'two files are called match_bsp.cc, and differ'
    said_of cut 'cannot be read'
    said_of nothing 'cannot be read'
    for each in /tmp "$scratch"; do find "$each" -maxdepth 2 -name 'slipped-7731' 2> "$scratch/unread"; done |
        empty "outside of its place"
    { grep -rlP '\x1b|\x07|\xe2\x80\xae' "$scratch/out" "$scratch/said" || true; } | empty "codes for a terminal"
    ! grep -q root:x: -r "$scratch/out" || fail "a file of this machine shows"
}

test_a_repositorys_settings_run_nothing() {
    mkdir -p "$scratch/class" "$scratch/out/5-nx-wp" "$scratch/out/git/refs"
    echo 'ref: refs/heads/none' > "$scratch/out/git/HEAD"
    python3 tests/classroom/hostile_archives.py "$scratch/class" "$scratch/ran"
    for each in settings whole loose; do
        cp -R "$scratch/out" "$scratch/$each" && build/sipi take --from "$scratch/class/$each.git" --out "$scratch/$each"
        [ $each = settings ] || same solutions/5-nx-wp/match_bsp.cc "$scratch/$each/5-nx-wp/match_bsp.cc" "$each"
    done
    if [ ! -s "$scratch/settings/reason" ] || [ -e "$scratch/ran" ]; then fail "a program ran"; fi
}

# One whose grader is killed each time, by what it starts: the others do not notice.
test_who_breaks_the_grader_stops_nobody() {
    a_class 4
    graded 0
    results "$scratch/out" > "$scratch/expected"
    rm -r "$scratch/out"
    mkdir "$scratch/bin"
    mkfifo "$scratch/whom"
    while read -r whom; do kill -KILL "$whom"; done < "$scratch/whom" &
    exec 8> "$scratch/whom"
    cat > "$scratch/bin/bwrap" <<END
#!/bin/sh
parent=\$(sed -n 's/^PPid:[[:space:]]*//p' /proc/self/status) # of sed: this shell, by the number outside
parent=\$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/\$parent/status")
case \$(tr '\\0' ' ' < "/proc/\$parent/cmdline") in
*'--name student-003'*)
    echo "\$parent" > "$scratch/whom"
    sleep 9
    ;;
esac
exec /usr/bin/bwrap "\$@"
END
    chmod +x "$scratch/bin/bwrap"
    path=$PATH
    PATH=$scratch/bin:$PATH graded 2
    PATH=$path
    exec 8>&-
    says 'the grader failed on 1'
    says 'student-003  *it was ended by Killed'
    says '^4 graded'
    grep -q '"student-003","",,,,,,"the grader failed' "$scratch/out/class.csv" || fail "it has points"
    graded 0
    results "$scratch/out" > "$scratch/found"
    same "$scratch/expected" "$scratch/found" "once it did not break"
}

test_nobody_is_graded_where_the_starters_do_not_show_what_they_should() {
    a_class 1
    mkdir "$scratch/bin"
    printf '#!/bin/sh\nexit 3\n' > "$scratch/bin/qemu-system-x86_64"
    chmod +x "$scratch/bin/qemu-system-x86_64"
    status=0
    PATH=$scratch/bin:$PATH build/sipi grade-class --trust --from "$scratch/class" --out "$scratch/out" --engine qemu \
        --lab 5 > "$scratch/said" 2>&1 || status=$?
    [ $status = 2 ] || fail "status $status"
    says 'nobody was graded: the starters'
}

# seen WORDS: the line of what the clicks saw that begins so, without these words.
seen() { sed -n "s/^$1 //p" "$scratch/seen"; }

# is FOUND EXPECTED WORDS
is() { [ "$1" = "$2" ] || { cat "$scratch/seen"; fail "$3: $1, not $2"; }; }

# by TEXT: the names in the CSV whose line has the text.
by() { grep -E "$1" "$scratch/out/class.csv" | cut -d '"' -f 2 | tr '\n' ' ' | sed 's/ $//'; }

test_the_page_in_a_browser() {
    a_class 12
    graded 0
    sed '/<\/html>/d' "$scratch/out/class.html" > "$scratch/page.html"
    { echo '<script>'; cat tests/classroom/clicks.js; echo '</script></html>'; } >> "$scratch/page.html"
    for width in 1200 500; do
        HOME=$scratch timeout 60 chromium --headless=new --no-sandbox --disable-gpu --window-size=$width,900 \
            --virtual-time-budget=2000 --dump-dom "file://$scratch/page.html" 2> "$scratch/browser" |
            sed 's/<[^>]*>//g' > "$scratch/seen"
        is "$(seen 'at first')" "$(by '^"')" "at first"
        is "$(seen 'open at first')" 0 "open at first"
        is "$(seen 'not passed')" "$(by ',(not-yet|fault|hang|reset|build-error),')" "who has not passed lab 5"
        is "$(seen why)" true "each with the reason"
        is "$(seen details)" true "a student's details"
        is "$(seen cleared)" true "everybody again"
        is "$(seen 'by cause')" "$(by ',nxe-missing,')" "by cause"
        is "$(seen 'by word')" "$(by ',wp-missing,')" "by a word"
        is "$(seen 'the other way' | cut -d ' ' -f 1)" "$(by ',20,20,' | cut -d ' ' -f 1)" "by points, the best first"
        is "$(seen 'linked to')" broken "where the first link leads"
        is "$(seen width)" true "fits the window"
    done
    ! grep -nE '(src|href)="[a-z]+:' "$scratch/out/class.html" || fail "the page loads something"
}
