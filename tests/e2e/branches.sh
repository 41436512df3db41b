# make branches: one story of commits, and nobody's work touched. Each test has a repository of its own.
. tests/course.sh

# in_a_repository: the rest of the test happens there.
in_a_repository() {
    new_repository "$scratch/project"
    cd "$scratch/project"
}

labs() { git ls-tree --name-only main labs/ | sed 's,labs/,,'; }
all_branches() { git for-each-ref --format='%(refname:short) %(objectname)' refs/heads/lab; }

# branch_says BRANCH TEXT: of the last make.
branch_says() {
    grep -qE "^lab/$1[a-z-]* +$2" "$scratch/said" || { cat "$scratch/said"; fail "lab/$1 is not: $2"; }
}

# change_main: one more commit there.
change_main() {
    echo >> README.md
    somebody commit -q -m 'readme: Add a line' README.md
}

test_made_twice_is_made_once() {
    in_a_repository
    make_says 0 created branches
    all_branches > "$scratch/first"
    [ "$(wc -l < "$scratch/first")" = "$(labs | wc -l)" ] || fail "not a branch for each lab"
    make_says 0 'up to date' branches
    ! grep -E 'created|moved|left' "$scratch/said" || fail "the second time did something"
    all_branches > "$scratch/second"
    same "$scratch/first" "$scratch/second" "the second time made others"
}

test_every_clone_makes_the_same() {
    in_a_repository
    make branches
    all_branches > "$scratch/first"
    git clone -q . "$scratch/clone"
    cd "$scratch/clone"
    git config user.name Other && git config user.email other@example.org && git config i18n.commitEncoding latin1
    git checkout -q --detach
    make branches
    all_branches > "$scratch/second"
    same "$scratch/first" "$scratch/second" "a clone, with its head detached, made others"
}

# What each branch adds to the one before: that one's solution, and this one's lab.
test_a_step_is_one_labs_solution_and_the_next_lab() {
    in_a_repository
    make branches
    before=
    for lab in $(labs); do
        [ -z "$before" ] || {
            git diff --name-only "lab/$before..lab/$lab" > "$scratch/changed"
            {
                echo .lab
                git ls-tree -r --name-only main "solutions/$before/" "labs/$lab/" | sed s,^solutions,labs,
            } | sort > "$scratch/expected"
            same "$scratch/expected" "$scratch/changed" "the step to $lab"
            [ "$(git ls-tree "lab/$lab:labs/$before" | grep -v -e README -e toml)" = \
                "$(git ls-tree "main:solutions/$before")" ] || fail "$lab: $before is not solved"
        }
        [ "$(git rev-parse "lab/$lab:labs/$lab")" = "$(git rev-parse "main:labs/$lab")" ] || fail "$lab is not its starter"
        [ "$(git show "lab/$lab:.lab")" = "$lab" ] || fail "$lab: .lab"
        before=$lab
    done
}

test_the_story_reads_well() {
    in_a_repository
    make branches
    git log --reverse --format=%s main..refs/sipi/story > "$scratch/story"
    sed 's/\(: [A-Z][a-z]*\) .*/\1/' "$scratch/story" > "$scratch/beginnings"
    {
        echo 'labs: Take'
        for lab in $(labs); do printf '%s: Start\n%s: Solve\n' "$lab" "$lab"; done
    } > "$scratch/expected"
    same "$scratch/expected" "$scratch/beginnings" "the story"
    awk 'length > 72 || /\.$/' "$scratch/story" | empty "subjects"
    git log --merges --format=%s refs/sipi/story | empty "it is not linear"
    [ "$(git log --format=%cd main..refs/sipi/story | sort -u)" = "$(git log -1 --format=%cd main)" ] || fail "dates"
}

test_uncommitted_work_survives() {
    in_a_repository
    echo staged >> README.md && git add README.md
    echo changed >> README.md
    rm LICENSE
    echo new > labs/5-nx-wp/notes
    git rm -q --cached bochsrc
    { git status --porcelain; git diff; git diff --cached; git symbolic-ref HEAD; } > "$scratch/before"
    make_says 0 created branches
    { git status --porcelain; git diff; git diff --cached; git symbolic-ref HEAD; } > "$scratch/after"
    same "$scratch/before" "$scratch/after" "something of somebody's changed"
    git grep -l -e staged -e changed lab/6-per-cpu -- README.md | empty "uncommitted work is in a branch"
}

test_somebodys_branch_is_left_alone() {
    in_a_repository
    make branches
    git checkout -q lab/3-trampoline
    echo '; mine' >> labs/3-trampoline/real_mode.asm
    somebody commit -q -a -m 'labs: Try' && mine=$(git rev-parse HEAD)
    git checkout -q lab/2-gdt
    somebody commit -q --amend --no-edit && amended=$(git rev-parse HEAD)
    git worktree add -q "$scratch/elsewhere" lab/5-nx-wp
    git checkout -q main
    change_main
    make_says 0 moved branches
    for lab in 1 4 6; do branch_says $lab moved; done
    branch_says 2 'left alone: somebody has committed'
    branch_says 3 'left alone: somebody has committed'
    branch_says 5 "left alone: it is checked out in $scratch/elsewhere"
    [ "$(git rev-parse lab/3-trampoline lab/2-gdt)" = "$mine
$amended" ] || fail "somebody's branch has moved"
    git merge-base --is-ancestor main lab/4-long-mode || fail "lab/4-long-mode does not come after main"
}

test_a_branch_in_the_middle_of_a_rebase_is_left_alone() {
    in_a_repository
    make branches
    git checkout -q lab/4-long-mode
    GIT_SEQUENCE_EDITOR='sed -i 1ibreak' somebody rebase -q -i HEAD~1
    ! git symbolic-ref -q HEAD || fail "no rebase has begun"
    make_says 2 'is a part of the story already' branches
    FROM=main make_says 0 'up to date' branches
    git worktree add -q --detach "$scratch/elsewhere" main
    cd "$scratch/elsewhere"
    change_main
    make_says 0 moved branches
    branch_says 4 'left alone: it is checked out'
}

test_refusals_are_sentences() {
    in_a_repository
    make_says 2 'there is no commit nowhere to begin with' branches FROM=nowhere
    make branches
    git checkout -q lab/1-identity-map
    make_says 2 'make branches FROM=main' branches
    make_says 0 'up to date' branches FROM=main
    git clone -q --depth 1 "file://$PWD" "$scratch/shallow"
    (cd "$scratch/shallow" && make_says 2 'this clone is shallow' branches)
    git checkout -q --orphan unborn
    make_says 2 'there is no commit HEAD to begin with' branches
    mv .git "$scratch/no-git"
    GIT_CEILING_DIRECTORIES=$scratch make_says 2 'this is no git repository' branches
    git init -q ..
    make_says 2 'not the root of its git repository' branches
}

# What a student does, on each branch of a lab that can be checked.
test_a_student_does_every_lab_on_its_branch() {
    new_repository "$scratch/project"
    lend_builds "$scratch/project"
    cd "$scratch/project"
    make branches
    for lab in $(labs); do
        [ -f "labs/$lab/lab.toml" ] || continue
        git checkout -q "lab/$lab"
        make_says 0 "Lab ${lab%%-*}, hint 1" hint
        make_says 1 "Lab ${lab%%-*}  " check ENGINE=qemu
        cp "solutions/$lab"/* "labs/$lab/"
        make_says 0 passed check ENGINE=qemu
        git checkout -q -f main
    done
    make_says 2 "must be a lab's number" hint
}
