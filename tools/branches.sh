#!/bin/sh
# branches.sh [COMMIT]: makes the branches lab/1-identity-map ... lab/6-per-cpu, one linear story.
#
# The story begins at COMMIT (HEAD), takes the labs out, and brings them back one by one: a commit
# "N-name: Start ..." with the lab as it is handed out, and one "N-name: Solve ..." with its solution.
# The branch of a lab ends at its start; refs/sipi/story is the whole. docs/decisions/0006 says why.
#
# Only objects and references are written: no work tree, no index. A branch is moved only if its last
# commit was made here and it is not checked out. The same COMMIT gives the same branches, everywhere.
set -eu
cd "$(dirname "$0")/.."

refuse() {
    echo "branches: $*" >&2
    exit 1
}

# Whoever is the committer of the story is nobody else's: it is how a branch tells that nobody has
# committed to it since, in every clone.
maker=branches@sipi.invalid

git rev-parse --git-dir > /dev/null || refuse "this is no git repository; the branches are made in a clone"
[ -z "$(git rev-parse --show-prefix)" ] || refuse "the project is not the root of its git repository"
[ "$(git rev-parse --is-shallow-repository)" = false ] ||
    refuse "this clone is shallow, so the branches would have no history; run: git fetch --unshallow"
from=$(git rev-parse --verify --quiet "${1:-HEAD}^{commit}") ||
    refuse "there is no commit ${1:-HEAD} to begin with${1:+; FROM= names one}"
tree_has() { git cat-file -e "$from:$1" 2> /dev/null; }
! tree_has .lab || refuse "${1:-HEAD} is a part of the story already; begin with another: make branches FROM=main"
tree_has labs || refuse "commit ${1:-HEAD} has no labs/"
tree_has solutions || refuse "commit ${1:-HEAD} has no solutions/, from which the branches are made"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export GIT_INDEX_FILE="$scratch/index"
GIT_COMMITTER_DATE=$(git show -s --format=%cd --date=raw "$from")
export GIT_COMMITTER_DATE GIT_AUTHOR_DATE="$GIT_COMMITTER_DATE"
export GIT_AUTHOR_NAME=Sipi GIT_COMMITTER_NAME=Sipi GIT_AUTHOR_EMAIL=$maker GIT_COMMITTER_EMAIL=$maker

# add FOLDER AS: puts the files of a folder of COMMIT into the index, as those of another.
add() {
    git ls-tree -r "$from" "$1/" | sed "s,\t$1/,\t$2/," | git update-index --index-info
}

# commit SUBJECT BODY: the index, after $tip; it becomes $tip.
commit() {
    tip=$(git -c i18n.commitEncoding=UTF-8 commit-tree -p "$tip" -m "$1" -m "$2" "$(git write-tree)")
}

# Where it is checked out, or empty; while it is rebased or bisected it is checked out too.
checked_out() {
    git worktree list --porcelain | awk -v branch="branch refs/heads/$1" '
        /^worktree / { folder = substr($0, 10) } $0 == branch { print folder }'
    git_dir=$(git rev-parse --git-common-dir)
    for state in rebase-merge/head-name rebase-apply/head-name BISECT_START; do
        for file in "$git_dir/$state" "$git_dir"/worktrees/*/"$state"; do
            [ ! -f "$file" ] || ! grep -qxE "(refs/heads/)?$1" "$file" || echo "$file"
        done
    done
}

# point BRANCH SUBJECT: makes it lead to $tip, if it may; says what it did.
point() {
    old=$(git rev-parse --verify --quiet "refs/heads/$1") || old=
    said="not written; git's words above say why"
    if [ -z "$old" ]; then
        git update-ref -m "make branches" "refs/heads/$1" "$tip" '' && said=created
    elif [ "$old" = "$tip" ]; then
        said="up to date"
    elif [ "$(git show -s --format='%ce %s' "$old")" != "$maker $2" ]; then
        said="left alone: somebody has committed to it"
    elif [ -n "$(checked_out "$1")" ]; then
        said="left alone: it is checked out in $(checked_out "$1" | head -n 1)"
    else
        git update-ref -m "make branches" "refs/heads/$1" "$tip" "$old" && said=moved
    fi
    case $said in not*) status=1 ;; esac
    printf '%-20s %s\n' "$1" "$said"
}

status=0
tip=$from
git read-tree "$from"
git ls-files -z -- labs | git update-index --force-remove -z --stdin
commit "labs: Take the labs out, to bring them back one by one" \
    "From here on each lab begins with one commit, and ends with the next."

echo "from $(git show -s --format='%h %s' "$from"):"
git ls-tree --name-only "$from" labs/ | sed 's,^labs/,,' > "$scratch/labs"
while read -r lab; do
    title=$(git cat-file -p "$from:labs/$lab/README.md" | sed -n '1s/^# Lab [0-9]*: //p')
    add "labs/$lab" "labs/$lab"
    name=$(echo "$lab" | git hash-object -w --stdin)
    git update-index --add --cacheinfo "100644,$name,.lab"
    start="$lab: Start ${title:-the lab}"
    commit "$start" "The handout, what is checked, and the starter, which is the skipped step."
    point "lab/$lab" "$start"
    add "solutions/$lab" "labs/$lab"
    commit "$lab: Solve ${title:-the lab}" "The reference solution, as in solutions/$lab/."
done < "$scratch/labs"
git update-ref -m "make branches" refs/sipi/story "$tip"
echo "all of it:           git log --oneline $(git rev-parse --short "$from")..refs/sipi/story"
exit $status
