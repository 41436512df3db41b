#!/bin/sh
# gradescope.sh OUT [SETTINGS]: packs an autograder for Gradescope, the archive OUT (*.zip).
#
# In it: a hand-out as sipi/, so that what is handed in can include no solution; setup.sh and run_autograder,
# which the platform asks for; and settings.json, from the file SETTINGS or as tools/gradescope/ has it.
set -eu
cd "$(dirname "$0")/.."

refuse() {
    echo "gradescope: $*" >&2
    exit 1
}

out=${1-}
settings=${2:-tools/gradescope/settings.json}
case $out in
    '') refuse "say where it goes: make gradescope OUT=file.zip" ;;
    *.zip) ;;
    *) refuse "$out: the archive's name must end in .zip" ;;
esac
for tool in zip jq; do
    command -v $tool > /dev/null || refuse "$tool is missing: apt install zip jq"
done
[ ! -e "$out" ] || unzip -Z1 "$out" 2> /dev/null | grep -qx sipi/.handout || refuse "$out exists and is no autograder: name another"
[ -f "$settings" ] || refuse "SETTINGS=$settings: there is no such file"
jq -e -f tools/gradescope/check.jq "$settings" > /dev/null 2>&1 ||
    refuse "$settings: not as docs/teaching.md describes it: $(jq -r -f tools/gradescope/check.jq "$settings" 2>&1 | tail -n 1)"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
make -s handout OUT="$scratch/autograder/sipi" > "$scratch/said" || { cat "$scratch/said"; exit 1; }
cp tools/gradescope/setup.sh tools/gradescope/results.jq "$scratch/autograder/"
cp tools/gradescope/run_autograder.sh "$scratch/autograder/run_autograder"
cp "$settings" "$scratch/autograder/settings.json"
(cd "$scratch/autograder" && zip -qrX "$scratch/archive.zip" .)
mkdir -p "$(dirname "$out")"
mv "$scratch/archive.zip" "$out"
echo "gradescope: $out, to be uploaded as the assignment's autograder"
