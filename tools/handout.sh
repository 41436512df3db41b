#!/bin/sh
# handout.sh OUT BUILT CHECKER OBJECT...: writes what students get to the folder OUT, or to the archive
# OUT (*.tar.gz).
#
# That is: the files that git knows of the kernel, the labs and the checker, as they are here; and the
# reference's seams, which are the OBJECTs, stripped to what a linker needs, as reference/N-name/*.o. No
# solutions, no tests, none of the reference's lines. The same files give the same archive, bit for bit.
# What need not be compiled again comes along: the given code's objects from the folder BUILT, no older than
# their sources, for make takes them for its own; and the checker with its libraries, from the folder CHECKER.
set -eu
cd "$(dirname "$0")/.."

refuse() {
    echo "handout: $*" >&2
    exit 1
}

out=${1-}
built=${2-}
checker=${3-}
shift $(($# < 3 ? $# : 3))
case $out in
    '') refuse "say where it goes: make handout OUT=folder, or OUT=file.tar.gz" ;;
    *.zip | *.tar | *.tgz | *.tar.xz) refuse "$out: an archive's name must end in .tar.gz" ;;
esac
[ $# -gt 0 ] || refuse "there are no objects of the reference; run it by: make handout OUT=$out"
git -c safe.directory='*' rev-parse --verify --quiet HEAD > /dev/null ||
    refuse "git says which files belong to the project, and this is no clone with a commit"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
course=$scratch/sipi
mkdir "$course"

# A list of what is in a hand-out goes with it: a folder or an archive that has one was made here.
list=.handout
contents() { (cd "$1" && find . -type f ! -path './build/*' ! -path "./$list" -exec sha256sum {} + | sort -k 2); }

# Nobody's work is written over: neither what somebody else put there, nor what was done since.
if [ -d "$out" ]; then
    case $out in *.tar.gz) refuse "$out is a folder; name a file, or a folder that is not called so" ;; esac
    if [ -n "$(ls -A "$out")" ]; then
        [ -f "$out/$list" ] || refuse "$out is not empty, and no hand-out: name another folder"
        contents "$out" | cmp -s - "$out/$list" ||
            refuse "somebody has worked in $out since it was made: name another folder"
    fi
elif [ -e "$out" ]; then
    tar --force-local -tzf "$out" 2> /dev/null | grep -qx "sipi/$list" || refuse "$out exists and is no hand-out: name another"
fi

# What a person who does the labs does not need stays here. docs/handout.md is their README.
git -c safe.directory='*' ls-files -z -- Makefile LICENSE bochsrc .gitignore .clang-format .editorconfig \
    compile_flags.txt .vscode Dockerfile .dockerignore .devcontainer \
    firmware kernel trampoline labs checker docs mk tools ':!docs/Doxyfile' ':!docs/site' ':!docs/index.md' ':!docs/mutants.md' ':!docs/teaching.md' ':!docs/decisions' \
    ':!mk/tests.mk' ':!mk/lint.mk' ':!mk/bench.mk' ':!mk/docs.mk' \
    ':!tools/branches.sh' ':!tools/handout.sh' ':!tools/transcripts.sh' ':!tools/gradescope*' ':!tools/classroom.yml' ':!tools/site.sh' ':!tools/reading_order.sh' > "$scratch/files"
tar -c --null -T "$scratch/files" -f "$scratch/files.tar"
tar -x -f "$scratch/files.tar" -C "$course"
note() { sed "s|.*|handout: note: & $1|" >&2; }
git -c safe.directory='*' diff --name-only HEAD -- labs | note "is not as it was committed, and goes out as it is"
git -c safe.directory='*' ls-files -o --exclude-standard -- kernel trampoline labs checker mk tools |
    note "is not known to git, and stays here"
mv "$course/docs/handout.md" "$course/README.md"
# Documents go without what is for the repository alone, and without its tests' marks. The finished files that a text
# names are the student's own here; transcripts have no backquotes, and show what the reference shows.
find "$course" -name '*.md' -exec sed -i \
    -e '/^<!-- repository -->$/,/^<!-- everybody -->$/d; /^<!-- [^>]* -->$/d; s/ *<!-- [^>]* -->//g' \
    -e 's,`solutions/\([1-6]-\),`labs/\1,g; s,`solutions/`,`reference/`,g' \
    -e 's,\[\([^]]*\)\](\(\.\./\)*decisions/[^)]*),\1,g' {} +
# Here it would run for the project; there it grades each push.
mkdir -p "$course/.github/workflows"
cp tools/classroom.yml "$course/.github/workflows/grade.yml"

for object in "$@"; do
    lab=$(basename "$(dirname "$object")")
    mkdir -p "$course/reference/$lab"
    objcopy --strip-unneeded --discard-all --remove-section .comment \
        "$object" "$course/reference/$lab/$(basename "$object")"
    # The starter again, for `make reset`.
    file=$(basename "$object" .o)
    mkdir -p "$course/reference/$lab/starter"
    cp "$course/labs/$lab/$file" "$course/reference/$lab/starter/"
done

mkdir "$course/bin"
cp -R "$checker/sipi" "$checker/lib" "$course/bin/"
(cd "$built" && find kernel trampoline -name '*.o' -o -name '*.d') > "$scratch/objects"
printf '%s\n' common.h constants.inc constants.d >> "$scratch/objects"
mkdir -p "$course/build/kernel"
tar -c -C "$built" -T "$scratch/objects" | tar -x -m -C "$course/build/kernel"

# Lines of the solutions that nothing given has, short ones apart; none of them may go out.
student_code() { awk '/student code begins/ { inside = 1; next } /student code ends/ { inside = 0 } inside' "$@"; }
find solutions -type f | sort | while read -r file; do student_code "$file"; done |
    sed 's/^[ \t]*//; s/[ \t]*$//' | awk 'length > 16' | sort -u > "$scratch/lines"
{
    find kernel trampoline -type f -exec cat {} +
    # The starters as they are committed: somebody may be trying the labs here.
    git -c safe.directory='*' archive HEAD -- 'labs/*.cc' 'labs/*.asm' | tar -xO
} > "$scratch/given"
while IFS= read -r line; do
    grep -qF -e "$line" "$scratch/given" || printf '%s\n' "$line"
done < "$scratch/lines" > "$scratch/secret"
[ -s "$scratch/secret" ] || refuse "solutions/ has no lines to keep back; is it complete?"
if (cd "$course" && grep -rnIF -f "$scratch/secret" .) > "$scratch/leaks"; then
    head -n 5 "$scratch/leaks" >&2
    refuse "these are lines of the solutions; nothing was written"
fi

contents "$course" > "$scratch/contents"
mv "$scratch/contents" "$course/$list"
mkdir -p "$(dirname "$out")"
case $out in
    *.tar.gz)
        tar -c -C "$scratch" --format=ustar --sort=name --owner=0 --group=0 --numeric-owner --mode=go-w,a+rX \
            --mtime="$(git -c safe.directory='*' show -s --format=%cI HEAD)" sipi | gzip -n9 > "$scratch/archive"
        mv "$scratch/archive" "$out"
        ;;
    *)
        [ ! -d "$out" ] || find "$out" -mindepth 1 -delete
        mkdir -p "$out"
        tar -c -C "$course" . | tar -x -C "$out"
        ;;
esac
echo "handout: $out, $(wc -l < "$course/$list") files"
