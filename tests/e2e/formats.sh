# Reports for programs, of real runs, held to what their readers demand; and a submission as a class
# hands them in: one lab solved, one broken, one missing, one that does not compile.

# report FORMAT ARGUMENTS: grades with all labs, or as told; the report goes to $scratch/report.
report() {
    format=$1
    shift
    build/sipi grade --format "$format" --out "$scratch/report" "$@" > "$scratch/said" 2>&1 ||
        { cat "$scratch/said"; fail "sipi grade $*: status $?"; }
}

keeps_its_schema() {
    jsonschema -i "$scratch/report" docs/report.schema.json > "$scratch/problems" 2>&1 ||
        { cat "$scratch/problems"; fail "docs/report.schema.json does not describe the report"; }
}

# unpacked NAME...: the cases of lab 5, as folders $scratch/NAME with what a student hands in.
unpacked() {
    for name in "$@"; do
        build/e2e/submissions --unpack "$scratch/$name" "tests/submissions/5-nx-wp/$name.case"
    done
}

# labs: their folders, as far as they can be checked.
labs() { for file in labs/*/lab.toml; do basename "$(dirname "$file")"; done; }

# value XPATH: of the report, which is XML.
value() { xmllint --xpath "string($1)" "$scratch/report"; }

test_json_keeps_its_schema() {
    unpacked prints-letters nxe-only does-not-compile
    for submission in labs solutions "$scratch/prints-letters" "$scratch/nxe-only"; do
        report json --submission "$submission" --engine qemu
        keeps_its_schema
    done
    report json --submission "$scratch/does-not-compile" --lab 5 --engine both
    keeps_its_schema
}

test_the_schema_refuses_what_it_does_not_know() {
    report json --submission labs --lab 5 --engine qemu
    for change in 's/"points": 0/"points": "none"/' 's/"holds"/"hold"/' 's/"fault"/"fine"/'; do
        sed "$change" "$scratch/report" > "$scratch/changed"
        ! jsonschema -i "$scratch/changed" docs/report.schema.json > "$scratch/problems" 2>&1 ||
            fail "accepted: $change"
    done
}

test_junit_is_well_formed_and_counts_right() {
    unpacked prints-letters does-not-compile
    for submission in labs solutions "$scratch/prints-letters" "$scratch/does-not-compile"; do
        report junit --submission "$submission" --engine qemu
        xmllint --noout "$scratch/report" || fail "no well-formed XML"
        [ "$(value 'count(/testsuites/testsuite)')" = "$(labs | wc -l)" ] || fail "not a suite a lab"
        for kind in failure error; do
            [ "$(value "count(//$kind)")" = "$(value "/testsuites/@${kind}s")" ] ||
                fail "$submission: ${kind}s do not add up"
        done
        [ "$(value 'count(//testcase)')" = "$(grep -c '^\[\[fact\]\]' labs/*/lab.toml |
            awk -F: '{ sum += $2 } END { print sum }')" ] || fail "$submission: not a case a fact"
    done
}

test_junit_of_the_solutions_is_green() {
    report junit --submission solutions --engine both
    [ "$(value 'count(//failure | //error)')" = 0 ] || { cat "$scratch/report"; fail "not green"; }
}

test_gradescope_has_the_points() {
    report gradescope --submission solutions --engine qemu
    points=$(grep -hm1 '^points = ' labs/*/lab.toml | awk '{ sum += $3 } END { print sum }')
    grep -q "^  \"score\": $points,\$" "$scratch/report" || fail "not $points"
    report gradescope --submission labs --engine qemu
    grep -q '^  "score": 0,$' "$scratch/report" || fail "the starters have points"
}

test_an_unknown_format_is_refused() {
    ! build/sipi grade --submission labs --format html > "$scratch/said" 2>&1 || fail "accepted"
    grep -q 'must be text or json or junit or gradescope' "$scratch/said" || fail "does not say why"
    ! make grade FORMAT=html > "$scratch/said" 2>&1 || fail "make accepted it"
    grep -q 'FORMAT=html: must be' "$scratch/said" || fail "make does not say why"
}

test_progress_has_a_line_for_each_lab_and_leaves_the_report_alone() {
    build/sipi grade --submission labs --engine qemu --format json \
        > "$scratch/report" 2> "$scratch/progress"
    keeps_its_schema
    [ "$(grep -c '^Lab ' "$scratch/progress")" = "$(labs | wc -l)" ] || fail "not a line a lab"
}

# field LAB NAME: of one lab, in JSON.
field() {
    awk -v lab="      \"lab\": $1," '$0 == lab { inside = 1 } inside' "$scratch/report" |
        sed -n "s/^      \"$2\": \"\{0,1\}\([^\",]*\).*/\1/p" | head -n 1
}

# broken_in_turn: makes $scratch/class, whose labs are, in turn, solved, not compiling, missing and
# not begun; and prints lines LAB KIND.
broken_in_turn() {
    turn=0
    for lab in $(labs); do
        folder=$scratch/class/$lab
        mkdir -p "$folder"
        case $((turn % 4)) in
            0) cp solutions/"$lab"/* "$folder" && kind=solved ;;
            1) cp solutions/"$lab"/* "$folder" && kind=broken
                for file in "$folder"/*; do echo 'this is no code' >> "$file"; done ;;
            2) rm -r "$folder" && kind=missing ;;
            3) cp labs/"$lab"/* "$folder" && kind=untouched ;;
        esac
        echo "${lab%%-*} $kind"
        turn=$((turn + 1))
    done
}

test_each_lab_of_a_submission_is_graded_by_itself() {
    broken_in_turn > "$scratch/kinds"
    report json --submission "$scratch/class" --engine qemu
    keeps_its_schema
    while read -r lab kind; do
        found="$(field "$lab" outcome) $(field "$lab" points) $(field "$lab" diagnosis)"
        case $kind in
            solved) wanted="passed $(field "$lab" max_points) null" ;;
            broken) wanted='build-error 0 does-not-build' ;;
            *)
                wanted=$(sed -n '/^\[documented\]/,/^\[/s/^\(outcome\|diagnosis\) = "\(.*\)"/\2/p' \
                    labs/"$lab"-*/lab.toml | tr '\n' ' ')
                wanted="${wanted%% *} 0 $(echo "$wanted" | cut -d ' ' -f 2)" ;;
        esac
        [ "$found" = "$wanted" ] || { cat "$scratch/report"; fail "lab $lab, $kind: $found, not $wanted"; }
    done < "$scratch/kinds"
    grep -q '"waits_for": \[$' "$scratch/report" || fail "the kernel with all labs was booted before each passes"
}

# Builds share objects; what two submissions share must not be what they wrote.
test_submissions_graded_at_once_do_not_meet() {
    for submission in labs solutions; do
        build/sipi grade --format json --submission $submission --engine qemu 2> "$scratch/progress" |
            grep -v '"seconds"' > "$scratch/$submission-alone"
    done
    for submission in labs solutions; do
        build/sipi grade --format json --submission $submission --engine qemu \
            2> "$scratch/$submission-progress" | grep -v '"seconds"' > "$scratch/$submission" &
    done
    wait
    for submission in labs solutions; do
        same "$scratch/$submission-alone" "$scratch/$submission" "$submission, graded beside another"
    done
}

test_all_labs_of_the_solutions_come_up_whole() {
    report json --submission solutions --engine both
    grep -q '"comes_up": true' "$scratch/report" || fail "they do not"
    report json --submission labs --engine qemu
    grep -q '"comes_up": null' "$scratch/report" || fail "the starters were booted together"
    report json --submission labs --engine qemu --lab 5
    grep -q '"whole": null' "$scratch/report" || fail "one lab is no kernel of all"
}
