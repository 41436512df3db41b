#!/bin/sh
# sweep.sh [TEXT [STEP]]: changes the references systematically, one thing at a time (mutate.awk), and
# grades each change in both engines; only those whose name contains TEXT, and of them each STEPth.
# One must lose points in an engine, for a cause that this engine names, or be listed as harmless.
set -eu
cd "$(dirname "$0")/../.."
here=tests/mutations

# mutate FILE [ID]: lists the changes of a file of solutions/, or makes one.
mutate() {
    awk -v part="${1##*/}" -v bits=$here/bits.txt -v want="${2:-}" -f $here/mutate.awk $here/bits.txt "$1"
}

# said ENGINE: outcome and diagnosis in the report.
said() {
    awk -v engine="\"$1\"," '
        $1 == "\"engine\":" { its = $2 == engine }
        its && ($1 == "\"outcome\":" || $1 == "\"diagnosis\":") { gsub(/[",]/, "", $2); print $2 }
        $1 == "\"diagnosis\":" { its = 0 }' "$folder/json" | xargs
}

# harmless FILE ID: why, where it is listed. The last number of an ID may be one of several.
harmless() {
    awk -F '|' -v file="${1##*/}" -v kind="${2%-*}" -v number="${2##*-}" '
        $1 == file && $2 == kind {
            for (i = split($3, ranges, " "); i > 0; --i) {
                split(ranges[i], ends, "-")
                if (number + 0 >= ends[1] + 0 && number + 0 <= ends[ends[2] == "" ? 1 : 2] + 0) {
                    print $4
                    exit
                }
            }
        }' "${HARMLESS:-$here/harmless.txt}"
}

# judge QEMU BOCHS WHY: one word for what both said.
judge() {
    case "$1 $2" in
        *unknown* | *checker-error* | ' '*) echo FAILED ;;
        "passed null passed null") [ -n "$3" ] && echo harmless || echo FAILED ;;
        *) [ -z "$3" ] && echo named || echo FAILED ;;
    esac
}

grade_one() {
    file=$1 id=$2
    lab=$(basename "$(dirname "$file")")
    folder=$(mktemp -d "$work/XXXXXX")
    cp -r "solutions/$lab" "$folder"
    mutate "$file" "$id" > "$folder/$lab/${file##*/}"
    build/sipi grade --submission "$folder" --lab "${lab%%-*}" --format json > "$folder/json"
    qemu=$(said qemu) bochs=$(said bochs)
    ! grep -q '"outcome": "build-error"' "$folder/json" || qemu='does not build' bochs=$qemu
    why=$(harmless "$file" "$id")
    printf '%-8s %s %s: QEMU %s, Bochs %s\n' "$(judge "$qemu" "$bochs" "$why")" \
        "${file#solutions/}" "$id" "$qemu" "$bochs"
    rm -rf "$folder"
}

if [ "${1:-}" = --one ]; then
    grade_one "$2" "$3"
    exit
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export work
for file in solutions/*/*.*; do
    mutate "$file" | while IFS='|' read -r id what; do echo "$file $id $what"; done
done | grep -F -e "${1:-}" | awk -v step="${2:-1}" 'NR % step == 0 { print $1, $2 }' > "$work/all"
total=$(wc -l < "$work/all")
xargs -P "$(nproc)" -n 2 $here/sweep.sh --one < "$work/all" |
    awk -v total="$total" '
        { ++count[$1]; printf "%*d of %d  %s\n", length(total), NR, total, $0; fflush() }
        END {
            printf "\n%d changes: %d named, %d harmless, %d not as they should be\n",
                   NR, count["named"], count["harmless"], NR - count["named"] - count["harmless"]
            exit NR != total || count["named"] + count["harmless"] != NR
        }'
