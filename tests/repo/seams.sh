# A starter and its solution are one file, but for what the student writes.

# around_student_code FILE: it without what stands between the marks.
around_student_code() {
    awk '/--- student code begins ---/ { print; inside = 1 }
         /--- student code ends ---/ { inside = 0 }
         !inside' "$1"
}

seam_files() { find labs solutions -name '*.cc' -o -name '*.asm'; }

test_labs_and_solutions_have_the_same_files() {
    (cd labs && find . -name '*.cc' -o -name '*.asm') | sort > "$scratch/labs"
    (cd solutions && find . -name '*.cc' -o -name '*.asm') | sort > "$scratch/solutions"
    same "$scratch/labs" "$scratch/solutions" "a seam file is on one side only"
}

test_each_seam_file_has_a_place_for_student_code() {
    seam_files | while read -r file; do
        marks=$(grep -o 'student code [a-z]*' "$file" | tr '\n' ' ')
        echo "$marks" | grep -qxE '(student code begins student code ends )+' || echo "$file: '$marks'"
    done | empty "marks"
}

test_starter_and_solution_agree_outside_student_code() {
    for starter in labs/*/*.cc labs/*/*.asm; do
        around_student_code "$starter" > "$scratch/starter"
        around_student_code "solutions/${starter#labs/}" > "$scratch/solution"
        same "$scratch/starter" "$scratch/solution" "$starter and its solution differ"
    done
}

test_starter_and_solution_differ_inside() {
    for starter in labs/*/*.cc labs/*/*.asm; do
        ! cmp -s "$starter" "solutions/${starter#labs/}" || echo "$starter"
    done | empty "starters that are the solution"
}

test_lab_toml_names_the_seam_files() {
    for file in labs/*/lab.toml; do
        sed -n 's/^seam = \[\(.*\)\]/\1/p' "$file" | tr -d '" ' | tr ',' '\n' | sort > "$scratch/named"
        (cd "$(dirname "$file")" && ls ./*.cc ./*.asm 2> /dev/null) | sed 's,^\./,,' | sort > "$scratch/there"
        same "$scratch/named" "$scratch/there" "$file: seam"
    done
}

test_the_makefile_knows_every_lab() {
    sed -n "s/^LAB_NAMES := //p" mk/kernel.mk | tr " " "\n" | sort > "$scratch/known"
    (cd solutions && ls) | sort > "$scratch/there"
    same "$scratch/known" "$scratch/there" "LAB_NAMES in mk/kernel.mk"
}
