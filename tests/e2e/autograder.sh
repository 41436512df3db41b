# What grades for an instructor on others' machines: Gradescope's autograder, and the workflow for GitHub Classroom.
. tests/course.sh

# on_the_platform COMMAND...: in a root of its own with /autograder, and as there without namespaces to make.
on_the_platform() {
    bwrap --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/sbin /sbin --symlink usr/lib /lib \
        --symlink usr/lib64 /lib64 --ro-bind /etc /etc --dev /dev --proc /proc --tmpfs /tmp \
        --bind "$scratch/autograder" /autograder --unshare-user --disable-userns --cap-drop ALL --unshare-net --unshare-pid \
        --die-with-parent --chdir /autograder "$@" > "$scratch/said" 2>&1
}

# graded STATUS: results.json comes of $scratch/autograder/submission.
graded() {
    status=0
    rm -f "$scratch/autograder/results/results.json"
    on_the_platform /autograder/run_autograder || status=$?
    [ $status = "$1" ] || { cat "$scratch/said"; fail "run_autograder: status $status, not $1"; }
}

# holds FILTER: of results.json.
holds() {
    jq -e "$1" "$scratch/autograder/results/results.json" > "$scratch/answer" 2>&1 ||
        { head -c 3000 "$scratch/autograder/results/results.json"; fail "does not hold: $1"; }
}

# set_up: an autograder, as the platform unpacks it.
set_up() {
    make gradescope OUT="$scratch/a grader.zip" "$@"
    mkdir -p "$scratch/autograder/source" "$scratch/autograder/results" "$scratch/autograder/submission"
    unzip -q "$scratch/a grader.zip" -d "$scratch/autograder/source"
    cp "$scratch/autograder/source/run_autograder" "$scratch/autograder/"
    on_the_platform /autograder/source/setup.sh || { cat "$scratch/said"; fail "setup.sh: status $?"; }
}

test_gradescope_grades_as_its_platform_runs_it() {
    echo '{"engine": "qemu", "order": [5], "labs": {"6": "hidden"}}' > "$scratch/settings.json"
    set_up SETTINGS="$scratch/settings.json"
    [ ! -e "$scratch/autograder/source/sipi/solutions" ] || fail "the solutions are in it"
    [ ! -e "$scratch/autograder/source/sipi/tests" ] || fail "the tests are in it"
    ! on_the_platform bwrap --ro-bind / / true || fail "namespaces can be made, which is not so there"
    graded 0
    holds '.score == 0 and (.output | contains("Nothing was found") and contains("labs/5-nx-wp/match_bsp.asm"))'
    cp -R solutions/. "$scratch/autograder/submission"
    graded 0
    holds '.score == 100 and all(.tests[]; .status == "passed")'
    holds '[.tests[].number | split(".")[0]] | unique == ["1", "2", "3", "4", "5", "6"]'
    holds '(.tests[0].number == "5.1") and all(.tests[]; (.visibility == "hidden") == (.number | startswith("6.")))'
    holds 'has("output") | not'
    # Loose files of lab 5 alone, one of them wrong.
    rm -r "$scratch/autograder/submission" && mkdir "$scratch/autograder/submission"
    build/e2e/submissions --unpack "$scratch/wrong" tests/submissions/5-nx-wp/nxe-only.case
    cp "$scratch/wrong"/5-nx-wp/* "$scratch/autograder/submission"
    graded 0
    holds '.score < 20 and any(.tests[]; .status == "failed" and (.number | startswith("5.")) and (.output | contains("Lab 5")))'
    # Not the student's fault.
    rm "$scratch/autograder/source/sipi/labs/5-nx-wp/lab.toml"
    graded 1
    holds '(has("score") or has("tests") | not) and (.output | contains("not your mistake"))'
}

test_the_settings_of_teaching_md_are_the_ones_without() {
    sed -n '/^```json/,/^```$/p' docs/teaching.md | sed '/^```/d' > "$scratch/documented"
    same tools/gradescope/settings.json "$scratch/documented" "docs/teaching.md shows other settings"
}

test_gradescope_refuses_what_cannot_be_meant() {
    make_says 2 'say where it goes' gradescope
    make_says 2 'must end in .zip' gradescope OUT="$scratch/x.tar.gz"
    make_says 2 'there is no such file' gradescope OUT="$scratch/x.zip" SETTINGS="$scratch/none"
    echo mine > "$scratch/theirs.zip"
    make_says 2 'exists and is no autograder' gradescope OUT="$scratch/theirs.zip"
    for line in '{"visible": 1}|visible is not known' '{"labs": {"5": "never"}}|lab 5 must be visible' \
        '{"order": [7]}|each lab of order must be 1' '{|not as docs/teaching.md describes'; do
        echo "${line%%|*}" > "$scratch/settings.json"
        make_says 2 "${line#*|}" gradescope OUT="$scratch/x.zip" SETTINGS="$scratch/settings.json"
    done
    [ ! -e "$scratch/x.zip" ] || fail "something was written"
}

# steps NAME: the lines that the workflow's step runs.
steps() {
    awk -v name="      - name: $1" '/^      - / { inside = $0 == name; running = 0 }
        inside && running { sub(/^          /, ""); print } inside && /^        run: \|/ { running = 1 }' \
        "$scratch/sipi/.github/workflows/grade.yml"
}

# step STATUS NAME: runs it as GitHub does, in the hand-out.
step() {
    steps "$2" > "$scratch/step.sh"
    [ -s "$scratch/step.sh" ] || fail "the workflow has no step $2"
    status=0
    (cd "$scratch/sipi" && sh -e "$scratch/step.sh") > "$scratch/said" 2>&1 || status=$?
    [ $status = "$1" ] || { cat "$scratch/said"; fail "$2: status $status, not $1"; }
}

test_the_workflow_grades_a_push() {
    export GITHUB_STEP_SUMMARY="$scratch/summary" ENGINE=qemu
    make handout OUT="$scratch/sipi"
    step 0 Install
    step 1 Summary
    grep -q 'The grader failed' "$scratch/summary" || fail "a grader's failure is not told"
    cp solutions/5-nx-wp/* "$scratch/sipi/labs/5-nx-wp/"
    rm "$scratch/summary"
    step 0 Grade
    step 0 Summary
    head -n 1 "$scratch/summary" | grep -qx '\*\*20 of 100 points\*\*' || { cat "$scratch/summary"; fail "no total first"; }
    grep -qx '| 5 .* | 20 of 20 | passed |' "$scratch/summary" || { cat "$scratch/summary"; fail "lab 5 is not right"; }
    [ "$(grep -c '^| [1-6] .* | 0 of .* | .*`.*` |' "$scratch/summary")" = 5 ] || { cat "$scratch/summary"; fail "not five starters"; }
    cat "$scratch/summary"
}
