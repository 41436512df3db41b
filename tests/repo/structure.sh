# Which folder may include which.

# includes FOLDER...: lines "file header", for every quoted include below the folders.
includes() {
    grep -rHE --include='*.h' --include='*.cc' '^#include "' "$@" |
        sed 's/^\([^:]*\):#include "\([^"]*\)".*/\1 \2/'
}

test_kernel_folders_include_only_what_stands_before_them() {
    includes kernel trampoline | awk '
        BEGIN {
            count = split("x86 instructions.h trampoline observed lib console boot acpi memory cpu smp sched main.cc", order, " ")
            for (i = 1; i <= count; ++i) rank[order[i]] = i
        }
        # The folder of a path, or the file where there is none; kernel/ itself does not count.
        function unit(path) { sub(/^kernel\//, "", path); sub(/\/.*/, "", path); sub(/^observed\..*/, "observed", path); return path }
        $1 == "trampoline/constants.cc" { next } # compiled to numbers, never linked
        {
            from = unit($1); to = unit($2)
            if (!(from in rank)) print $1 ": in no known folder"
            else if (!(to in rank)) print $1 ": " $2 " is in no known folder"
            else if (rank[to] > rank[from])
                print $1 ": includes " $2
        }' | empty "includes against the order"
}

test_x86_headers_contain_no_instruction() {
    { grep -nE '\basm *(volatile|\()' kernel/x86/* || true; } | empty "kernel/x86 is pure"
}

# The checker's folders have no order of their own, but they have one.
test_checker_folders_include_each_other_in_no_circle() {
    includes checker | sed -n 's,^checker/\([a-z_]*\)/[^ ]* checker/\([a-z_]*\)/.*,\2 \1,p' |
        sort -u | awk '$1 != $2' | tsort > /dev/null 2> "$scratch/circles"
    empty "folders that include each other" < "$scratch/circles"
}

test_checker_decodes_with_the_kernels_own_headers_and_no_others() {
    includes checker | grep -vE ' (checker|x86|trampoline)/' |
        grep -vE ' (observed|lib/physical_memory|memory/(w_xor_x|table_scan|layout)|cpu/traps)\.h$' |
        empty "kernel headers that are not pure"
}

test_headers_are_included_once() {
    { grep -rL --include='*.h' '^#pragma once' kernel trampoline checker tests || true; } | empty "no #pragma once"
}

# What the checker looks for in a kernel by its name is there. Functions that are always inlined have their
# names among the debug information's words.
test_the_checker_knows_the_kernels_names() {
    { nm -C build/kernel.elf | sed 's/^[0-9a-f ]* [a-zA-Z] //'; strings -a build/kernel.elf | grep '^_Z' | c++filt; } |
        sed 's/(anonymous namespace):://' > "$scratch/names"
    # Which are whole names, and after that comment only how names begin.
    awk -F'"' '/^\/\/ How the names/ { begins = 1 } NF == 3 { print (begins ? "." : "(\\(|$)"), $2 }' \
        checker/evidence/kernel_names.h > "$scratch/known"
    [ "$(wc -l < "$scratch/known")" -gt 10 ] || fail "hardly a name in kernel_names.h"
    while read -r after name; do
        grep -qE "^$name$after" "$scratch/names" || echo "$name"
    done < "$scratch/known" | empty "names that the kernel does not have"
}
