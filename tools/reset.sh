#!/bin/sh
# reset.sh labs/N-NAME: puts a lab's starter back, and keeps what it replaces in kept/.
#
# A hand-out has its starters in reference/N-NAME/starter. In a clone they are what git knows of the
# commit that last changed the lab's lab.toml or handout, which nobody edits who does the lab.
set -eu
cd "$(dirname "$0")/.."
lab=$1 name=$(basename "$1")

refuse() {
    echo "reset: $*" >&2
    exit 1
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
files=$(sed -n 's/^seam = \[\(.*\)\]/\1/p' "$lab/lab.toml" | tr -d '",')
if [ -d "reference/$name/starter" ]; then
    cp "reference/$name/starter"/* "$scratch/"
else
    commit=$(git log -1 --format=%H -- "$lab/lab.toml" "$lab/README.md" 2> /dev/null) || commit=
    [ -n "$commit" ] ||
        refuse "git does not know $lab here; take its files from where you have the project from"
    for file in $files; do
        git show "$commit:./$lab/$file" > "$scratch/$file" || refuse "git has no $lab/$file; nothing was changed"
    done
fi

changed=
for file in $files; do cmp -s "$scratch/$file" "$lab/$file" || changed="$changed $file"; done
[ -n "$changed" ] || {
    echo "reset: $lab is the starter already"
    exit
}
number=1
while [ -e "kept/$name/$number" ]; do number=$((number + 1)); done
kept=kept/$name/$number
for file in $changed; do
    words="it was missing"
    if [ -e "$lab/$file" ]; then
        mkdir -p "$kept"
        cp -p "$lab/$file" "$kept/"
        words="yours is $kept/$file"
    fi
    cp "$scratch/$file" "$lab/$file"
    echo "reset: $lab/$file is the starter's again; $words"
done
