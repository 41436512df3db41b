# Which folder may include which.

# includes FOLDER...: lines "file header", for every quoted include below the folders.
includes() {
    grep -rHE --include='*.h' --include='*.cc' '^#include "' "$@" |
        sed 's/^\([^:]*\):#include "\([^"]*\)".*/\1 \2/'
}

# in_order ORDER, which CONTRIBUTING.md says too: of lines "file header", those where the header stands behind the file in that list of folders.
in_order() {
    awk -v list="$1" '
        BEGIN { count = split(list, order, " "); for (i = 1; i <= count; ++i) rank[order[i]] = i }
        # The folder of a path, or the file where there is none; the top folder itself does not count.
        function unit(path) {
            sub(/^(kernel|checker)\//, "", path); sub(/\/.*/, "", path); sub(/^observed\..*/, "observed", path)
            return path
        }
        {
            from = unit($1); to = unit($2)
            if (!(from in rank)) print $1 ": in no known folder"
            else if (!(to in rank)) print $1 ": " $2 " is in no known folder"
            else if (rank[to] > rank[from])
                print $1 ": includes " $2
        }' | empty "includes against the order"
}

test_kernel_folders_include_only_what_stands_before_them() {
    # constants.cc is compiled to numbers, and never linked.
    includes kernel trampoline | grep -v '^trampoline/constants\.cc ' |
        in_order "x86 instructions.h trampoline observed lib console boot acpi memory cpu smp sched main.cc"
}

# What the checker takes from the kernel is another test's business.
test_checker_folders_include_only_what_stands_before_them() {
    includes checker | grep ' checker/' | in_order "error.h process evidence guest engine qemu bochs logs \
        catalogue lab judgement diagnosis submission grading report classroom look command_line boot.h main.cc"
}

test_x86_headers_contain_no_instruction() {
    { grep -nE '\basm *(volatile|\()' kernel/x86/* || true; } | empty "kernel/x86 is pure"
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
