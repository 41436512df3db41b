# What the documents name exists, and what they cite is listed.
in_a_clone

documents() { project_files '*.md'; }

# quoted FILE: what stands between backquotes, outside fenced blocks; one a line.
quoted() {
    awk '/^ *```/ { fenced = !fenced } !fenced' "$1" | grep -oE '`[^`]+`' | tr -d '`' || true
}

# exists PATH DOCUMENT: as it stands, from the document's folder, or from where includes begin.
exists() {
    for base in . "$(dirname "$2")" kernel checker "solutions/$(basename "$(dirname "$2")")"; do
        [ ! -e "$base/$1" ] || return 0
    done
    [ -n "$(project_files "*/$1")" ] # a file of the folder that the text is about
}

test_files_in_documents_exist() {
    for document in $(documents); do
        quoted "$document" | grep -E '^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]*)*(\.(h|cc|asm|inc|ld|md|toml|mk|sh|cfg)|/)$' |
            while read -r path; do
                case $path in build/* | reference/*) continue ;; esac # made, or in a hand-out only
                exists "$path" "$document" || echo "$document: $path"
            done
    done | empty "files that are not there"
}

test_functions_in_documents_exist() {
    for document in $(documents); do
        quoted "$document" | grep -E '^([a-z_0-9]+(::|\.))*[a-z_0-9]+\([^()]*\)$' |
            sed 's/(.*//; s/.*[:.]//' | sort -u | while read -r name; do
            grep -rqw --include='*.h' --include='*.cc' --include='*.asm' -- "$name" \
                kernel trampoline labs solutions checker || echo "$document: $name()"
        done
    done | empty "functions that are not there"
}

test_names_with_a_namespace_exist() {
    for document in $(documents); do
        quoted "$document" | grep -E '^[a-z_0-9]+(::[A-Za-z_0-9]+)+$' | sed 's/.*:://' |
            sort -u | while read -r name; do
            grep -rqw --include='*.h' -- "$name" kernel trampoline checker || echo "$document: $name"
        done
    done | empty "names that are not there"
}

test_make_targets_in_documents_exist() {
    make -pnq > "$scratch/make" 2> "$scratch/errors" || true
    for document in $(documents); do
        grep -oE '(^|`)make [a-z-]+' "$document" | sed 's/.*make //' | sort -u | while read -r target; do
            grep -q "^$target:" "$scratch/make" || echo "$document: make $target"
        done
    done | empty "targets that are not there"
}

test_links_lead_somewhere() {
    for document in $(documents); do
        grep -oE '\]\([^)#]+' "$document" | sed 's/^](//' | grep -v '^https\{0,1\}:' | while read -r path; do
            [ -e "$(dirname "$document")/$path" ] || echo "$document: $path"
        done
    done | empty "links to nowhere"
}

# citations: every [key] and [key section] of a comment or a document, as `key`.
citations() {
    project_files '*.h' '*.cc' | xargs grep -ohE '//.*' > "$scratch/comments"
    project_files '*.asm' '*.inc' | xargs grep -ohE ';.*' >> "$scratch/comments"
    project_files '*.md' | xargs cat >> "$scratch/comments"
    grep -oE '(^|[ (])\[([a-z]+[0-9]*|[0-9]{4}[0-9a-z]*)( [^]]+)?\]($|[ .,;:)'"'"'])' "$scratch/comments" |
        sed 's/^[ (]*\[//; s/[] ].*//' | sort -u
}

defined_keys() { sed -n 's/^| `\([a-z0-9]*\)` |.*/\1/p' docs/references.md | sort; }

test_citations_are_defined_and_used() {
    citations | grep -vxE 'r[a-z]{2}|e[a-z]{2}|abs|handout|documented|this|fact|hint|width' > "$scratch/used"
    defined_keys > "$scratch/defined"
    same "$scratch/defined" "$scratch/used" "keys in docs/references.md (-), and keys in use (+)"
}

# addresses FILE...: every number of five or more hexadecimal digits, one a line, without separators.
addresses() { cat "$@" | tr -d "'" | grep -oE '0x[0-9a-f]{4,16}' | sed 's/^0x0*/0x/' | sort -u; }

test_the_memory_map_has_the_sources_numbers() {
    addresses kernel/memory/layout.h kernel/kernel.ld trampoline/*.h > "$scratch/sources"
    # What no source states: the machine's own places, and where direct RAM begins.
    printf '%s\n' 0x10000 0xa0000 0x >> "$scratch/sources"
    sort -o "$scratch/sources" "$scratch/sources"
    addresses docs/memory-map.md | comm -23 - "$scratch/sources" |
        empty "addresses of docs/memory-map.md that no source states"
}

# A label and what it says, in the order of docs/memory-map.md and of the sources.
test_the_memory_map_names_what_layout_h_names() {
    for pair in 'direct map:direct_map_base' 'kernel stacks:stacks_base' \
        'device registers:mmio_base' 'the kernel image:kernel_base'; do
        address=$(tr -d "'" < kernel/memory/layout.h | sed -n "s/.* ${pair#*:}{\(0x[0-9a-f]*\)};/\1/p")
        grep -qE "^$address +${pair%:*}" docs/memory-map.md || echo "${pair%:*}: not at $address"
    done | empty "docs/memory-map.md and kernel/memory/layout.h"
}
