#!/bin/sh
# mutants.sh: writes docs/mutants.md to standard output: what the checker says to each wrong submission in
# tests/mutants, and how often it names the cause. `make test` grades them all, so the page is
# what happens.
set -eu
cd "$(dirname "$0")/.."

cat << 'END'
# How good the diagnosis is

Each folder of `tests/mutants/` is a wrong submission of one lab, and each of `tests/variants/` is a right answer that is written
otherwise than the reference. `make test` grades all of them in each engine alone. A mutant must lose points in
at least one of them, and whatever is said must be its true cause, or `unknown`; a right answer must get every point. What one
engine lets pass the other sees: that is why there are two. This page is made by `tools/mutants.sh`.

Beyond these, `tests/mutations/sweep.sh` changes the references systematically: it leaves out each statement, exchanges each two
neighbours, and turns over each bit of each constant, about 1500 changes in all. Each must lose points for a cause that an engine
names, or is listed in `tests/mutations/harmless.txt` with the reason why nothing tells it from the reference. `make test` takes a sample.

```text
END
# The scores as they are when every one comes out as expected.
for folder in tests/mutants/* tests/variants/*; do
    echo "ok $folder $(grep -E '^(qemu|bochs) ' "$folder/expected" | tr '\n' ' ')"
done | awk -f tests/scores.awk
echo '```'

# title FOLDER: the first comment line of its expectations.
title() { sed -n '1s/^# *//p' "$1/expected" | sed 's/|/\\|/g; s/\.$//; s/#[A-Z][A-Z]\(([0-9])\)*/`&`/g'; }

# said FOLDER ENGINE: the diagnosis, or how it ended without one.
said() {
    awk -v engine="$2" '$1 == engine { print $2 == "passed" ? "passes" : $3; exit }' "$1/expected"
}

for lab in labs/*/; do
    name=$(basename "$lab")
    number=${name%%-*}
    [ -n "$(find tests/mutants -maxdepth 1 -name "$number-*")" ] || continue
    printf '\n## Lab %s\n\n| mutant | what is wrong | QEMU | Bochs |\n|---|---|---|---|\n' "$number"
    for folder in tests/mutants/"$number"-*; do
        printf '| %s | %s | %s | %s |\n' "$(basename "$folder")" "$(title "$folder")" \
            "$(said "$folder" qemu)" "$(said "$folder" bochs)"
    done
done
