#!/bin/sh
# symbol_table.sh [ELF]: writes the kernel's table of functions as assembly, to standard output.
#
# Without a file the table is empty: the first link uses that, and the second one the table of the
# first. Both define the same names (see kernel/cpu/symbols.h):
#   kernel_symbol_count       how many there are
#   kernel_symbol_addresses   where they begin, ascending, 8 bytes each
#   kernel_symbol_names       where their names begin in the text, 4 bytes each
#   kernel_symbol_text        the names, each ended by a zero; an empty one ends what lies before it
set -eu

list_functions() {
    # Addresses that end a range of code get an empty name, so that nothing beyond is named after
    # its last function. Labels inside functions of NASM (name.label) are left out; what compilers
    # split off a function (name.cold, name.part.0) keeps the function's name. Unnamed namespaces
    # are not worth their width.
    nm -n "$1" | awk '
        $1 !~ /^[0-9a-f]+$/ { next } # the rest of a name with a line end in it
        $3 ~ /^(trampoline_code|boot|kernel_text)_end$/ { print $1, "."; next }
        $2 !~ /^[tTwW]$/ || $3 ~ /^(boot|kernel|trampoline)_.*(start|end)$/ { next }
        {
            sub(/(\.(cold|isra|part|constprop|lto_priv|llvm)(\.[0-9]+)*)+$/, "", $3)
            if ($3 !~ /\./) print $1, $3
        }' | c++filt -p | sed 's/(anonymous namespace):://g'
}

if [ $# -eq 0 ]; then
    functions=
else
    functions=$(list_functions "$1")
fi

printf '%s\n' "$functions" | awk '
    # Of several names for one address the last counts, but nothing begins where a range ends.
    NF >= 2 {
        address = $1
        name = $0
        sub(/^[^ ]* /, "", name)
        if (name == ".") name = ""
        gsub(/[`\\]/, "?", name) # as somebody may call a function, and end the text with it
        if (count > 0 && address == addresses[count]) {
            if (names[count] == "") next
        } else {
            addresses[++count] = address
        }
        names[count] = name
    }
    END {
        print "; Made by tools/symbol_table.sh."
        print "global kernel_symbol_count, kernel_symbol_addresses"
        print "global kernel_symbol_names, kernel_symbol_text"
        print "section .symbols progbits alloc noexec nowrite align=8"
        print "kernel_symbol_count: dq " count + 0
        print "kernel_symbol_addresses:"
        for (i = 1; i <= count; ++i) print "    dq 0x" addresses[i]
        print "kernel_symbol_names:"
        for (i = 1; i <= count; ++i) {
            print "    dd " offset + 0
            offset += length(names[i]) + 1
        }
        print "kernel_symbol_text:"
        for (i = 1; i <= count; ++i) print "    db `" names[i] "`, 0"
    }'
