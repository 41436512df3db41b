#!/bin/sh
# site.sh SHOWN: makes the handbook's site, build/docs/html/index.html; SHOWN is what `make show` has printed.
#
# Doxygen makes pages of Markdown and of C++. What it does not make by itself is made here before, in
# build/docs/pages: the contents beside every page, from docs/index.md; the list of causes; a page for each
# folder of docs/site/folders.txt; and one for each file of NASM, for the linker script, and for SHOWN.
set -eu
cd "$(dirname "$0")/.."
shown=$1
pages=build/docs/pages
html=build/docs/html
rm -rf "$pages" "$html"
mkdir -p "$pages"

# name PATH: what a page is called. docs/site/page.awk does the same for Markdown.
name() { echo "$1" | tr -c 'A-Za-z0-9\n' _; }

# kinds FOLDER DEPTH SUFFIX...: its files of these kinds, one a line.
kinds() {
    folder=$1 depth=$2
    shift 2
    for suffix in "$@"; do find "$folder" -maxdepth "$depth" -name "*.$suffix"; done | sort
}

# By what name each source is referred to: Doxygen knows C++ by its path.
for folder in kernel trampoline solutions; do kinds $folder 9 asm inc ld; done > "$pages/listed"
{
    for folder in kernel trampoline solutions; do kinds $folder 9 h cc; done | sed 's/.*/& &/'
    while read -r path; do echo "$path $(name "$path")"; done < "$pages/listed"
    while read -r path sentence; do echo "$path folder_$(name "$path")"; done < docs/site/folders.txt
    for cause in docs/causes/[a-z]*.md; do basename "$cause" .md; done | sed 'h; s/-/_/g; x; G; s/\n/ causes_/'
} > "$pages/files"
while read -r path; do
    sed -n 's/^global //p' "$path" | tr -d ' ' | tr ',' '\n' | sed "s/\$/ $(name "$path")/"
done < "$pages/listed" > "$pages/globals"
listing() { awk -v files="$pages/files" -v globals="$pages/globals" "$@"; }
while read -r path; do
    listing -v path="$path" -v reference="$(name "$path")" -f docs/site/listing.awk "$path" > "$pages/$(name "$path").md"
done < "$pages/listed"

# A folder: a header and what it declares are one row, with the header's first sentence.
while read -r path sentence; do
    [ -d "$path" ] || { echo "site: docs/site/folders.txt: there is no folder $path" >&2; exit 1; }
    depth=$([ "$path" = solutions ] && echo 2 || echo 1)
    {
        printf '# %s {#folder_%s}\n\n%s\n\n| what | file | lines |\n|---|---|---|\n' "$path" "$(name "$path")" "$sentence"
        kinds "$path" "$depth" h cc asm inc ld | sed 's/\.[a-z]*$//' | uniq | while read -r stem; do
            about='' links='' lines=''
            for file in "$stem.h" "$stem.cc" "$stem.asm" "$stem.inc" "$stem.ld"; do
                reference=$(sed -n "s|^$file ||p" "$pages/files")
                [ -n "$reference" ] || continue
                [ -n "$about" ] || about=$(sed -n '1s,^\(//*\|;\|/\*\) *,,p' "$file")
                links="${links:+$links, }[${file#"$path"/}](@ref $reference)"
                lines="${lines:+$lines,&nbsp;}$(wc -l < "$file")"
            done
            echo "| $about | $links | $lines |"
        done
    } > "$pages/folder_$(name "$path").md"
done < docs/site/folders.txt

awk -f docs/site/causes.awk labs/*/README.md docs/causes/[a-z]*.md > "$pages/causes"

listing -v shown=yes -v path="The page at 0x8000" -v reference=show -f docs/site/listing.awk "$shown" > "$pages/show.md"

# The contents: what docs/index.md lists, in its order, and the sources where it says so.
sed -n 's/^## \(.*\)/heading - \1/p; s/^<!-- sources -->$/sources/p
    s/^\([0-9]*\)\. \[\([^]]*\)\](\([^)]*\)).*/link \3 \1. \2/p; s/^- \[\([^]]*\)\](\([^)]*\)).*/link \2 \1/p' docs/index.md |
    while read -r kind target title; do
        case $kind in
            heading) echo "<h2>$title</h2>" ;;
            link)
                page=$(echo "docs/$target" | sed 's,^docs/\.\./,,; s/\.md$//; s,^docs/,,; s,/README$,,')
                echo "<a href=\"\$relpath^$(name "$page").html\">$title</a>"
                ;;
            sources)
                echo "<a href=\"\$relpath^show.html\">The page at 0x8000</a>"
                echo "<h2>Sources</h2>"
                while read -r path sentence; do
                    echo "<a href=\"\$relpath^folder_$(name "$path").html\">$path</a>"
                done < docs/site/folders.txt
                echo "<a href=\"\$relpath^namespaces.html\">all namespaces</a>"
                ;;
        esac
    done > "$pages/contents"
sed -e "/^@CONTENTS@\$/{
r $pages/contents
d
}" docs/site/header.html > "$pages/header.html"

doxygen docs/Doxyfile

# Doxygen knows nothing of a .cc file but its source, so links lead there. Those of the handbook lead to the
# source of a header as well.
# The links above a title have one too many where all classes inside a class are private.
find $html -name '*.html' -exec sed -i -e 's/_8cc\.html"/_8cc_source.html"/g' -e '/^ *<div class="summary">/,/<\/div>/d' {} +
find $html -name '*_8cc.html' -delete
find $html -name '*_8cc_source.html' -exec sed -i -e 's,<a href="[^"]*">Go to the documentation of this file.</a>,,' {} +
{ echo index; sed -n 's/.*\^\([a-zA-Z0-9_]*\)\.html.*/\1/p' "$pages/contents"; } | while read -r page; do
    sed -i -e 's/_8h\.html"/_8h_source.html"/g' "$html/$page.html"
done
