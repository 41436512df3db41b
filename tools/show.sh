#!/bin/sh
# show.sh ELF CONSTANTS SOURCE...: the page at 0x8000 as it was linked into a kernel, beside its sources.
#
# CONSTANTS is the constants.inc that the SOURCEs (*.asm) are assembled with: NASM's own listing says which
# line made which bytes, and how many bits they are for. A macro such as leave_stage is one line. Of
# code without a source, as in a hand-out, only the size is told.
set -eu
cd "$(dirname "$0")/.."
elf=$1 constants=$2
shift 2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

objcopy -O binary -j .trampoline "$elf" "$scratch/page"

# The parts of the page, ascending: ADDRESS NAME, and where the next one begins.
nm -n "$elf" | awk '$2 == "T" && $1 ~ /^0*8[0-9a-f][0-9a-f][0-9a-f]$/ {
    address = substr($1, length($1) - 3)
    if (name != "") print begin, name, address
    begin = address; name = $3
}' > "$scratch/parts"

# rows ADDRESS NAME SOURCE: tab separated, what a reader wants of NASM's listing. There a line is its number
# (6 columns), its offset (8), its bytes (20), how deep in macros it is, and from column 41 on the source.
#   code ADDRESS SIZE BITS TEXT    what became of one line; SIZE is 1 for the last one
#   macro ADDRESS SIZE BITS TEXT   the same, if that line is a macro
#   text TEXT                      a comment, a label, an empty line
rows() {
    nasm -f elf64 -w-all -I"$(dirname "$constants")/" -I./ -l "$scratch/listing" -o "$scratch/object" "$3"
    awk -v address="$1" -v name="$2" '
        function number(digits,    value, i) {
            for (i = 1; i <= length(digits); ++i)
                value = value * 16 + index("0123456789abcdef", tolower(substr(digits, i, 1))) - 1
            return value
        }
        function add(what) { kind[++count] = what; text[count] = source; at[count] = here; size_of[count] = bits }
        {
            source = substr($0, 41)
            sub(/^ +/, "", source)
            has_code = substr($0, 8, 8) ~ /^[0-9A-F]+$/
            here = has_code ? number(substr($0, 8, 8)) : 0
        }
        substr($0, 37, 2) ~ /^<[0-9]/ { # what a macro became belongs to the line before
            if (has_code && kind[count] == "text") { kind[count] = "macro"; at[count] = here }
            next
        }
        source ~ /^section/ { in_code = 1; next }
        !in_code { if (source ~ /^; on entry/) contract = 1; if (contract && source ~ /^;/) add("text"); next }
        source ~ /^bits / { bits = substr(source, 6); next }
        has_code { if (source != "") add("code"); next } # or bytes for which one line was not enough
        source !~ /student code (begins|ends)/ && source != name ":" { add("text") }
        END {
            # The first instruction is where the linker has put the label.
            for (i = count; i > 0; --i) if (kind[i] != "text") base = number(address) - at[i]
            for (i = 1; i <= count; ++i) {
                if (kind[i] == "text") { print "text\t" text[i]; continue }
                for (j = i + 1; j <= count && kind[j] == "text";) ++j
                printf "%s\t%d\t%d\t%d\t%s\n", kind[i], base + at[i], j <= count ? at[j] - at[i] : 1, size_of[i], text[i]
            }
        }' "$scratch/listing"
}

while read -r address name next; do
    source=$(grep -l "^global $name\$" "$@" /dev/null || true)
    if [ -n "$source" ]; then
        printf 'part\t%s: %s\n' "$name" "$source"
        rows "$address" "$name" "$source"
    else
        printf 'part\t%s: %d bytes at 0x%s, whose source is not here\n' "$name" $((0x$next - 0x$address)) "$address"
    fi
done < "$scratch/parts" > "$scratch/rows"

# What each row is, says the disassembler that speaks the language of the sources: BITS ADDRESS BYTES TEXT.
for bits in 16 32 64; do
    # shellcheck disable=SC2046 # two words for each place where an instruction begins
    ndisasm -b $bits -o 0x8000 $(awk -F '\t' -v bits=$bits '$4 == bits { print "-s", $2 }' "$scratch/rows") \
        "$scratch/page" | awk -v bits=$bits '
        function finish() { if (address != "") print bits, address, bytes, instruction }
        $1 ~ /^-/ { bytes = bytes substr($1, 2); next } # there were too many for one line
        { finish(); address = $1; bytes = $2; instruction = $0; sub(/^[^ ]+ +[^ ]+ +/, "", instruction) }
        END { finish() }'
done > "$scratch/instructions"

echo "The page at 0x8000 in $elf: what an AP executes, as it was linked."
awk -F '\t' -v instructions="$scratch/instructions" '
    BEGIN {
        while ((getline line < instructions) > 0) {
            split(line, word, " ")
            key = word[1] " " substr(word[2], 5)
            bytes[key] = tolower(word[3])
            sub(/^[^ ]+ [^ ]+ [^ ]+ /, "", line)
            says[key] = line
        }
    }
    function show(address, machine, reads, source) { printf "%04x  %-16s  %-28s  %s\n", address, machine, reads, source }
    function tell_bits() { if ($4 != said) printf "      -- %d-bit code --\n", $4; said = $4 }
    $1 == "part" { printf "\n%s\n", $2; said = "" }
    $1 == "text" { if ($2 != "") print "      " $2; else print "" }
    $1 == "macro" { tell_bits(); show($2, "(" $3 " bytes)", "", $5) }
    $1 == "code" {
        tell_bits()
        for (at = $2; at < $2 + $3; at += size) {
            key = sprintf("%d %04X", $4, at)
            size = length(bytes[key]) / 2
            if (size == 0) break
            show(at, bytes[key], says[key], at == $2 ? $5 : "")
        }
    }' "$scratch/rows" | sed 's/ *$//' | cat -s

# The data: names and places from the constants, what they are from the comments of the headers.
echo
echo "data: zero in the file, and filled in by the BSP before it sends the SIPI"
awk '
    FILENAME ~ /\.inc$/ && $1 ~ /^(gdt.._pointer|tables_.*|mailbox_.*)$/ && $1 !~ /capacity/ { value[$1] = $3; order[++count] = $1 }
    / [a-z0-9_]+(\[[0-9]+\])?(\{\})?( = 0)?; +\/\/ / { # a field of a struct
        field = $0
        sub(/(\[[0-9]+\])?(\{\})?( = 0)?;.*/, "", field)
        sub(/.* /, "", field)
        sub(/.*\/\/ /, "")
        means[field] = $0
    }
    END {
        for (i = 2; i <= count; ++i) { # by address
            name = order[i]
            for (j = i; j > 1 && value[order[j - 1]] > value[name]; --j) order[j] = order[j - 1]
            order[j] = name
        }
        for (i = 1; i <= count; ++i) {
            name = order[i]
            field = name
            sub(/^(tables|mailbox)_/, "", field)
            sub(/^trace_/, "", field)
            printf "%04x  %-22s  %s\n", value[name], name, field in means ? means[field] : means["bsp"]
        }
    }' "$constants" trampoline/mailbox.h trampoline/tables.h
