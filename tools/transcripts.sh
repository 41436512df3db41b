#!/bin/sh
# transcripts.sh [--update] [FILE.md...]: does each transcript show what its command prints today?
#
# A transcript is a fenced block right after a line  <!-- run: COMMAND -->  in a README. Without --update
# the difference is shown, and status 1 says that there is one; durations and addresses may differ. With it, the
# blocks are rewritten. A lab that has no lab.toml yet has no transcript: its block is empty.
set -eu
cd "$(dirname "$0")/.."
unset MAKEFLAGS MFLAGS MAKELEVEL

update=
if [ "${1:-}" = --update ]; then
    update=yes
    shift
fi
[ $# -gt 0 ] || set -- README.md labs/*/README.md docs/*.md docs/*/*.md

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# What may differ: how long it took, and addresses in the kernel, which move with every change of it.
without_what_moves() {
    sed -E 's/[0-9]+(\.[0-9]+)? (ms|s)\b/N \2/g; s/[0-9A-Fa-fx]*[Ff]{6}8[0-9A-Fa-f]{7}/ADDRESS/g
        s/ \[[^]]*\],/ [ADDRESS],/; s/PT\[[0-9]+\]( = 0x80000)[0-9a-f]+/PT[N]\1ENTRY/; s/ PT\[[0-9]+\]$/ PT[N]/
        s,(kernel/[a-z_/]+\.cc):[0-9]+,\1:LINE,' "$1"
}

# commands FILE: those of its transcripts, in their order.
commands() {
    sed -n 's/^<!-- run: \(.*\) -->$/\1/p' "$1"
}

no_such_lab() {
    lab=$(expr "$1" : '.*LAB=\([0-9]*\)') && ! ls labs/"$lab"-*/lab.toml > "$scratch/toml" 2>&1
}

# rewritten FILE: with the outputs $scratch/1, 2... in its blocks.
rewritten() {
    awk -v scratch="$scratch" '
        /^<!-- run: .* -->$/ { print; expected = 1; next }
        expected && /^```/ {
            print
            output = scratch "/" ++number
            while ((getline line < output) > 0) print line
            expected = 0; skipping = 1
            next
        }
        skipping && /^```/ { skipping = 0 }
        !skipping { print }' "$1"
}

# What building says is no part of a transcript.
make all iso > "$scratch/log" 2>&1 || {
    cat "$scratch/log"
    exit 1
}

status=0
for file in "$@"; do
    count=0
    commands "$file" > "$scratch/commands"
    while read -r command; do
        count=$((count + 1))
        if no_such_lab "$command"; then
            : > "$scratch/$count"
            continue
        fi
        sh -c "$command" > "$scratch/$count" 2>&1 < /dev/null || true
    done < "$scratch/commands"
    [ $count -gt 0 ] || continue
    rewritten "$file" > "$scratch/rewritten"
    without_what_moves "$file" > "$scratch/as-it-is"
    without_what_moves "$scratch/rewritten" > "$scratch/as-it-should-be"
    cmp -s "$scratch/as-it-is" "$scratch/as-it-should-be" && continue
    if [ -n "$update" ]; then
        cat "$scratch/rewritten" > "$file"
        echo "$file: updated"
    else
        diff -u --label "$file" --label "what its commands print" \
            "$scratch/as-it-is" "$scratch/as-it-should-be" || status=1
    fi
done
exit $status
