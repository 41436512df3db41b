#!/bin/sh
# reading_order.sh [--update]: are the numbers of lines in docs/reading-order.md those of the files?
#
# A step is a numbered item. It names files and folders in backquotes: a path from the root, or, without a
# folder, a file in the folder of the path before it; of a folder all its sources count, but not those of folders
# in it. Its line ends in (N lines), and the sentence with the sum has `N lines in all`. A file that two
# steps name counts in both, and in the sum once. Without --update the difference is shown, and status 1 says
# that there is one; with it the numbers are rewritten.
set -eu
cd "$(dirname "$0")/.."
page=docs/reading-order.md
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# files PATH: the path itself, or the sources in it.
files() {
    if [ -d "$1" ]; then
        find "${1%/}" -maxdepth 1 -type f '(' -name '*.h' -o -name '*.cc' -o -name '*.asm' -o -name '*.inc' -o -name '*.ld' ')' | sort
    elif [ -f "$1" ]; then
        echo "$1"
    else
        echo "reading_order: $page names $1, which is not there" >&2
        return 1
    fi
}

# Every name in the order of the page: STEP NAME.
awk '
    /^[0-9]+\. / { ++step; in_step = 1 }
    /^$/ { in_step = 0 }
    in_step {
        line = $0
        while (match(line, /`[^`]+`/)) {
            name = substr(line, RSTART + 1, RLENGTH - 2)
            if (name ~ /^[A-Za-z0-9_.\/-]+(\.(h|cc|asm|inc|ld)|\/)$/) {
                if (name ~ /\//) { folder = name; sub(/[^\/]*$/, "", folder) } else name = folder name
                print step, name
            }
            line = substr(line, RSTART + RLENGTH)
        }
    }' "$page" > "$scratch/names"
while read -r step name; do
    files "$name" > "$scratch/some"
    sed "s/^/$step /" "$scratch/some"
done < "$scratch/names" | sort -u > "$scratch/files"
[ -s "$scratch/files" ] || { echo "reading_order: $page has no steps" >&2; exit 1; }
# Not through a pipe, where a file that is not there would end nothing.
while read -r step file; do
    echo "$step $file $(wc -l < "$file")"
done < "$scratch/files" > "$scratch/counts"

awk -v counts="$scratch/counts" '
    BEGIN {
        while ((getline line < counts) > 0) {
            split(line, word, " ")
            lines[word[1]] += word[3]
            if (!(word[2] in seen)) { seen[word[2]] = 1; sum += word[3] }
        }
    }
    # end_step(): the step that is held back, with its number at its end.
    function end_step() {
        if (held == "") return
        sub(/ \([0-9]+ lines?\)$/, "", held)
        print held " (" lines[step] (lines[step] == 1 ? " line" : " lines") ")"
        held = ""
    }
    /^[0-9]+\. / { end_step(); ++step; held = $0; next }
    held != "" && /^ +[^ ]/ { held = held "\n" $0; next }
    { end_step(); sub(/[0-9,]+ lines in all/, sum " lines in all"); print }
    END { end_step() }' "$page" > "$scratch/page"

if [ "${1:-}" = --update ]; then
    cat "$scratch/page" > "$page"
else
    diff -u --label "$page" --label "as it should be" "$page" "$scratch/page"
fi
