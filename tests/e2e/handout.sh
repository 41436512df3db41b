# make handout: what students get works, and has nothing of the solutions in it.
. tests/course.sh

# hand_out: unpacks an archive of it to $scratch/sipi. It is made once in a run.
hand_out() {
    archive="$PWD/build/test/given out.tar.gz"
    (
        flock 9
        [ -f "$archive" ] || make handout OUT="$archive"
    ) 9> build/test/handing-out
    tar -xzf "$archive" -C "$scratch"
}

# secrets: the lines between the marks in the solutions, but for those that somebody finds in what is given, and
# those as short as `mov cr0, eax`, which are anybody's.
secrets() {
    sed -n '/student code begins/,/student code ends/p' solutions/*/*.cc solutions/*/*.asm |
        sed 's/^ *//' | grep -v 'student code' | grep -E '.{17}' | sort -u > "$scratch/candidates"
    while IFS= read -r line; do
        grep -rqF -e "$line" kernel trampoline labs/*/*.cc labs/*/*.asm || echo "$line"
    done < "$scratch/candidates"
}

test_no_line_of_a_solution_is_inside() {
    hand_out
    secrets > "$scratch/secrets"
    [ "$(wc -l < "$scratch/secrets")" -gt 30 ] || fail "hardly a line to look for"
    grep -rqF -f "$scratch/secrets" solutions || fail "the lines are not those of the solutions"
    # With -a: objects too.
    { grep -raF -f "$scratch/secrets" "$scratch/sipi" || true; } | empty "lines of the solutions"
}

test_nothing_else_that_gives_code_away_is_inside() {
    hand_out
    (cd "$scratch/sipi" && ls -A) | tr '\n' ' ' > "$scratch/there"
    echo '.clang-format .devcontainer .dockerignore .editorconfig .github .gitignore .handout .vscode Dockerfile LICENSE Makefile README.md bin bochsrc build checker compile_flags.txt docs firmware kernel labs mk reference tools trampoline ' |
        tr -d '\n' > "$scratch/expected"
    same "$scratch/expected" "$scratch/there" "what lies in it"
    (cd "$scratch/sipi" && find . -path '*test*' -o -path '*solution*' -o -path '*mutant*' -o -name '.git') |
        empty "files that stay here"
    # Of the files, each is git's, or was built of them; the README is one of docs/.
    (cd "$scratch/sipi" && find bin build -type f ! -name '*.o' ! -name '*.d' ! -name '*.so*' ! -name '*.copyright') | sort > "$scratch/built"
    printf '%s\n' bin/sipi build/kernel/common.h build/kernel/constants.inc > "$scratch/expected"
    same "$scratch/expected" "$scratch/built" "what was built"
    (cd "$scratch/sipi" && find . -type f ! -path './reference/*' ! -path './bin/*' ! -path './build/*' ! -path './.github/*' ! -name README.md ! -name .handout) | sed 's,^\./,,' |
        sort > "$scratch/files"
    project_files | sort | comm -13 - "$scratch/files" | empty "files that git does not know"
}

test_objects_are_stripped() {
    hand_out
    (cd "$scratch/sipi/reference" && find . -name '*.o') | sort > "$scratch/objects"
    (cd solutions && find . -name '*.cc' -o -name '*.asm') | sed 's/$/.o/' | sort > "$scratch/expected"
    same "$scratch/expected" "$scratch/objects" "an object for each seam file"
    for object in "$scratch"/sipi/reference/*/*.o; do
        readelf -SW "$object" > "$scratch/sections"
        ! grep -E '\.(debug|comment|stab|line)' "$scratch/sections" || fail "$object: debug information"
        nm -a "$object" | grep -vE ' [TUWVRDB] ' | grep -vE ' [a-z] \.[a-z._]+$' | empty "$object: local symbols"
        strings -n 4 "$object" | { grep -E '\.(cc|asm|h|inc)($|[^a-z])|/' || true; } | empty "$object: names of files"
    done
}

# The first check compiles the student's files, two lists of headers and nothing else.
test_it_works() {
    hand_out
    solutions=$PWD/solutions
    cd "$scratch/sipi"
    make_says 1 'The untouched starter shows the same' check LAB=1 ENGINE=qemu
    grep -cE '^ *\[.*(CXX|NASM|CONSTANTS) ' "$scratch/said" > "$scratch/compiled" || true
    [ "$(cat "$scratch/compiled")" -le 2 ] || { cat "$scratch/said"; fail "it compiles what it brings"; }
    make_says 0 'sipi: 4 CPUs awake' run
    make_says 1 'The untouched starter shows the same' check LAB=5 ENGINE=qemu
    make_says 0 '0 of ' grade ENGINE=qemu
    make_says 0 'whose source is not here' show LAB=3
    ! grep -E 'rdmsr|wrmsr' "$scratch/said" || fail "make show shows the reference"
    for toml in labs/*/lab.toml; do
        lab=$(basename "$(dirname "$toml")")
        make_says 1 "Lab ${lab%%-*}  " check LAB="${lab%%-*}" ENGINE=qemu
        cp "$solutions/$lab"/* "labs/$lab/"
        make_says 0 passed check LAB="${lab%%-*}" ENGINE=qemu
    done
    make_says 2 'a hand-out has only what the labs need' test
    make_says 0 'lab 5, No-execute' cause ID=nxe-missing
    make_says 0 'labs done' check ENGINE=qemu
}

# Labs 4 and 5 together, from labs/, each alone right or wrong.
# Where the program that comes along does not run: the checker is built.
test_several_labs_of_ones_own() {
    hand_out
    lend_builds "$scratch/sipi"
    echo 'exit 1' > "$scratch/sipi/bin/sipi"
    solutions=$PWD/solutions
    cd "$scratch/sipi"
    cp "$solutions/5-nx-wp"/* labs/5-nx-wp/
    make_says 0 passed check LAB=5 ENGINE=qemu
    make_says 1 'Lab 5  ' check LAB=5 MINE="4 5" ENGINE=qemu
    make_says 0 '20 of 20' grade LAB=5 MINE=4 ENGINE=qemu
    make run MINE="4 5" > "$scratch/serial" || true
    ! grep -q 'CPUs awake' "$scratch/serial" || fail "lab 4 is not taken from labs/"
    cp "$solutions/4-long-mode"/* labs/4-long-mode/
    make_says 0 'sipi: 4 CPUs awake' run MINE="4 5"
    make_says 0 passed check LAB=5 MINE=4 ENGINE=qemu
    echo 'mistake' >> labs/4-long-mode/long_mode.asm
    make_says 1 'labs/4-long-mode/long_mode.asm' check LAB=5 MINE=4 ENGINE=qemu
    make_says 2 'must be numbers of labs' run MINE="4 7"
    touch -d '10 years ago' labs/*/*.cc && touch reference/*/*.o
    cksum reference/*/*.o > "$scratch/before"
    make_says 0 'sipi: 4 CPUs awake' run
    cksum reference/*/*.o > "$scratch/after"
    same "$scratch/before" "$scratch/after" "objects that come as they are were made anew"
}

test_the_same_archive_from_anywhere() {
    new_repository "$scratch/one" && cp -R "$scratch/one" "$scratch/another"
    for folder in one another; do
        lend_builds "$scratch/$folder"
        rm -r "$scratch/$folder/build/kernel/kernel/smp/wake.cc.o"
        make -C "$scratch/$folder" handout OUT="$scratch/$folder.tar.gz"
    done
    make -C "$scratch/one" handout OUT="$scratch/again.tar.gz"
    cmp "$scratch/one.tar.gz" "$scratch/again.tar.gz" || fail "the second archive differs"
    cmp "$scratch/one.tar.gz" "$scratch/another.tar.gz" || fail "an archive that was built elsewhere differs"
}

test_nobodys_files_are_written_over() {
    make_says 2 'say where it goes' handout
    make_says 2 "must end in .tar.gz" handout OUT="$scratch/x.zip"
    make_says 2 'MINE=1: is for' handout OUT="$scratch/x" MINE=1
    mkdir "$scratch/theirs" && echo work > "$scratch/theirs/work"
    make_says 2 'is not empty, and no hand-out' handout OUT="$scratch/theirs"
    echo work > "$scratch/theirs.tar.gz"
    make_says 2 'exists and is no hand-out' handout OUT="$scratch/theirs.tar.gz"
    [ "$(cat "$scratch/theirs/work" "$scratch/theirs.tar.gz")" = "work
work" ] || fail "somebody's file has changed"
    make_says 0 files handout OUT="$scratch/a folder"
    make_says 0 files handout OUT="$scratch/a folder"
    echo '; mine' >> "$scratch/a folder/labs/5-nx-wp/match_bsp.asm"
    make_says 2 'somebody has worked in' handout OUT="$scratch/a folder"
    grep -q '^; mine' "$scratch/a folder/labs/5-nx-wp/match_bsp.asm" || fail "somebody's work is gone"
    make_says 0 files handout OUT="$scratch/theirs/a.tar.gz"
    make_says 0 files handout OUT="$scratch/theirs/a.tar.gz"
}

test_what_git_does_not_know_stays() {
    new_repository "$scratch/project"
    lend_builds "$scratch/project"
    cd "$scratch/project"
    echo notes > labs/5-nx-wp/grades
    echo 'A line of the course.' >> labs/5-nx-wp/README.md
    make_says 0 'labs/5-nx-wp/grades is not known to git, and stays here' handout OUT=out
    grep -q 'labs/5-nx-wp/README.md is not as it was committed' "$scratch/said" || fail "no word of a changed handout"
    [ ! -e out/labs/5-nx-wp/grades ] || fail "it went out"
    tail -n 1 out/labs/5-nx-wp/README.md | grep -qx 'A line of the course.' || fail "not as it is here"
    rm checker/main.cc
    make_says 2 'checker/main.cc' handout OUT=other
    [ ! -e other ] || fail "a hand-out without a file that git knows"
}

# An instructor has tried lab 5, and left it so.
test_a_solution_that_was_left_in_labs_is_found() {
    new_repository "$scratch/project"
    objects=$(find "$PWD/build/kernel/solutions" -name '*.o')
    cd "$scratch/project"
    cp solutions/5-nx-wp/match_bsp.asm labs/5-nx-wp/
    # shellcheck disable=SC2086 # one word an object
    ! tools/handout.sh "$scratch/out" "$OLDPWD/build/kernel" "$OLDPWD/build/portable" $objects > "$scratch/said" 2>&1 || fail "it went out"
    grep -q 'labs/5-nx-wp/match_bsp.asm:.*mailbox_efer' "$scratch/said" || { cat "$scratch/said"; fail "no word of it"; }
    [ ! -e "$scratch/out" ] || fail "something was written"
}

# What its documents link to, or name by a path, is in it; and nothing is said to whom it is not for.
test_what_its_documents_name_is_there() {
    hand_out
    cd "$scratch/sipi"
    grep -oE '[a-z0-9-]+/[A-Za-z0-9./-]*' README.md | sort -u | while read -r path; do [ -e "$path" ] || echo "$path"; done |
        empty "README.md names what is not there"
    find . -name '*.md' | while read -r document; do
        grep -oE '\]\([^)#]+' "$document" | sed 's/^](//' | { grep -v '^https:' || true; } | while read -r path; do
            [ -e "$(dirname "$document")/$path" ] || echo "$document: a link to $path"
        done
        awk '/^ *```/ { fenced = !fenced } !fenced' "$document" | grep -oE '`[a-zA-Z0-9_.-]+/[a-zA-Z0-9_./-]*`' | tr -d '`' | while read -r path; do
            case $path in build/*) continue ;; esac # is made
            [ -e "$path" ] || [ -e "kernel/$path" ] || [ -e "checker/$path" ] || [ -e "$(dirname "$document")/$path" ] || echo "$document: $path"
        done
        { grep -nE '<!--|make (test|handout|branches|gradescope|docs|bench)' "$document" || true; } | sed "s,^,$document: ,"
    done | empty "documents name what is not there"
}
