# The kernel is to be read in an evening.

in_a_clone

test_the_kernel_is_within_its_budget() {
    project_files kernel | xargs wc -l | awk -v most_lines=7000 -v most_files=100 '
        $2 == "total" { next }
        {
            folder = $2
            if (!sub(/^kernel\//, "", folder) || !sub(/\/.*/, "/", folder)) folder = "."
            lines[folder] += $1; ++files[folder]
            all_lines += $1; ++all_files
        }
        END {
            for (folder in lines) printf "%-12s %5d lines %4d files\n",
                folder, lines[folder], files[folder] | "sort"
            close("sort")
            printf "%-12s %5d lines %4d files, of %d and %d\n",
                "kernel/", all_lines, all_files, most_lines, most_files
            exit all_lines > most_lines || all_files > most_files
        }' || fail "the kernel is longer than one reads in an evening"
}
