# Copies of the project, as those who teach and those who learn have them. Read by the tests that need one.

# No identity, no settings: what works here works for everybody.
export HOME="$scratch" GIT_CONFIG_NOSYSTEM=1
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE MINE LAB

# somebody COMMAND...: git, as a person who has said who they are.
somebody() { git -c user.name=Somebody -c user.email=somebody@example.org "$@"; }

# new_repository FOLDER: the project as it is here, in a repository of its own with one commit on main.
new_repository() {
    mkdir -p "$1"
    project_files > "$scratch/project-files"
    tar -c -T "$scratch/project-files" | tar -x -C "$1"
    git -C "$1" init -q -b main
    git -C "$1" add -A
    GIT_COMMITTER_DATE='2025-10-13T12:00:00+0200' somebody -C "$1" commit -q -m 'project: Begin'
}

# lend_builds FOLDER: what has been built here, but for the seams, goes there, so that the tests need not
# wait for a second build of the checker. All of it is newer than the sources that are there already; where
# one of them is not what it was made of, make finds out by date or by name.
lend_builds() {
    mkdir -p "$1/build/kernel"
    cp -R build/setup build/checker "$1/build/"
    cp -R build/kernel/kernel build/kernel/trampoline build/kernel/constants.* build/kernel/common.* \
        "$1/build/kernel/"
    for made in '*.files' '*.cc' common.h '*.gch' '*.o'; do # each of those before it
        find "$1/build" -name "$made" -exec touch {} +
    done
    touch "$1/build/checker/libchecker.a"
    cp build/sipi "$1/build/"
}

# make_says STATUS TEXT ARGUMENTS...: what make prints, in this folder, has the text; make ends so.
make_says() {
    wanted=$1 text=$2
    shift 2
    status=0
    make "$@" > "$scratch/said" 2>&1 < /dev/null || status=$?
    [ $status = "$wanted" ] || { cat "$scratch/said"; fail "make $*: status $status, not $wanted"; }
    grep -qF -e "$text" "$scratch/said" || { cat "$scratch/said"; fail "make $* does not say: $text"; }
}
