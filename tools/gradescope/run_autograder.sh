#!/bin/sh
# Gradescope runs this for each submission: /autograder/submission becomes /autograder/results/results.json.
#
# The platform's container is the sandbox; where a further one can be made in it, it is. If the grader itself
# fails, the results have no score, for that is not the student's, and the status is 1.
set -u
here=${AUTOGRADER:-/autograder}
project=$here/source/sipi
settings=$here/source/settings.json
results=$here/results/results.json
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$here/results" "$scratch/submission"

# write FILTER ARGUMENTS...: the results, whole or not at all.
write() { jq "$@" > "$scratch/results.json" && mv "$scratch/results.json" "$results"; }

failed() {
    cat "$scratch/said"
    write -n --arg detail "$(tail -n 20 "$scratch/said")" '{output_format: "text", stdout_visibility: "hidden",
        output: "The grader failed. This is not your mistake, and costs no points: tell your instructor, and hand in again later.\n\n\($detail)"}'
    exit 1
}

# Each seam from where people put it: labs/N-name/, N-name/ anywhere, or loose; the shortest way to it first. No
# link is followed.
shortest() { awk '{ print length($0) "\t" $0 }' | sort -n | head -n 1 | cut -f 2-; }
cd "$project/labs" || exit 1
for seam in */*.cc */*.asm; do
    found=$(find "$here/submission" -type f -path "*/labs/$seam" | shortest)
    [ -n "$found" ] || found=$(find "$here/submission" -type f -path "*/$seam" | shortest)
    [ -n "$found" ] || found=$(find "$here/submission" -type f -name "$(basename "$seam")" | shortest)
    [ -n "$found" ] || continue
    mkdir -p "$scratch/submission/$(dirname "$seam")"
    cp "$found" "$scratch/submission/$seam"
done
if [ -z "$(ls -A "$scratch/submission")" ]; then
    write -n --arg wanted "$(printf '    labs/%s\n' */*.cc */*.asm)" '{score: 0, output_format: "text",
        output: "Nothing was found that can be graded. Hand in those of these files that you have worked on, or the whole folder labs/:\n\n\($wanted)"}'
    exit
fi

make -s -C "$project" grade TRUST=yes FORMAT=gradescope ENGINE="$(jq -r '.engine // "both"' "$settings")" \
    SUBMISSION="$scratch/submission" OUT="$scratch/report.json" < /dev/null > "$scratch/said" 2>&1 || failed
write --slurpfile settings "$settings" -f "$here/source/results.jq" "$scratch/report.json" 2>> "$scratch/said" || failed
cat "$scratch/said"
