# The kernel is to be read in an evening, and the checker in a few.

in_a_clone

# within FOLDER LINES FILES: not more than that.
within() {
    project_files "$1" | xargs wc -l | awk -v top="$1/" -v most_lines="$2" -v most_files="$3" '
        $2 == "total" { next }
        {
            folder = substr($2, length(top) + 1)
            if (!sub(/\/.*/, "/", folder)) folder = "."
            lines[folder] += $1; ++files[folder]
            all_lines += $1; ++all_files
        }
        END {
            for (folder in lines) printf "%-14s %5d lines %4d files\n",
                folder, lines[folder], files[folder] | "sort"
            close("sort")
            printf "%-14s %5d lines %4d files, of %d and %d\n",
                top, all_lines, all_files, most_lines, most_files
            exit all_lines > most_lines || all_files > most_files
        }' || fail "$1/ is longer than one reads in the time that it is worth"
}

test_the_kernel_is_within_its_budget() { within kernel 7000 100; }

# What it is now: docs/decisions/0021-how-long-the-checker-is.md.
test_the_checker_is_within_its_budget() { within checker 27932 211; }
