# What was asked of make, and slips in it.
. tests/course.sh

test_slips_get_a_sentence() {
    make_says 2 'there is no "make chek"; `make help` lists what there is' chek
    make_says 2 'a lab is named by LAB=5' check 5
    make_says 2 'lab= is not known; write LAB=' check lab=1
    make_says 2 'LABS= is not known; write LAB=' check LABS=1
    make_says 2 'LAB= is empty: name a lab' check LAB=
    make_says 2 'must be a lab' hint
    make_says 2 'must be a lab' reset LAB=7
}

# What is in a lab's folder, and what ought to be.
test_a_lost_and_an_added_file_get_a_sentence() {
    new_repository "$scratch/project"
    lend_builds "$scratch/project"
    cd "$scratch/project"
    echo 'void extra() {}' > labs/4-long-mode/extra.cc
    printf '\357\273\277' | cat - solutions/4-long-mode/long_mode.asm > labs/4-long-mode/long_mode.asm
    make_says 2 'labs/4-long-mode/long_mode.asm: begins with a byte order mark' run LAB=4
    make_says 0 '20 of 20' check LAB=4 ENGINE=qemu
    grep -q 'no file of the lab: labs/4-long-mode/extra.cc$' "$scratch/said" || { cat "$scratch/said"; fail "no word of it"; }
    rm labs/4-long-mode/long_mode.asm
    make_says 2 'labs/4-long-mode/long_mode.asm is missing: `make reset LAB=4` puts' run LAB=4
    make_says 2 'labs/4-long-mode/long_mode.asm is missing: `make reset LAB=4`' check LAB=4 ENGINE=qemu
    make_says 0 "long_mode.asm is the starter's again; it was missing" reset LAB=4
}

# Each name of the page is a target, and the page is one screen of 80 columns and 24 lines for a student.
test_help_names_what_there_is() {
    make_says 0 'make check LAB=1' help
    make -pq > "$scratch/targets" 2> "$scratch/log" || true
    grep -oE 'make [a-z]+' "$scratch/said" | sort -u | while read -r _ target; do
        grep -q "^$target:" "$scratch/targets" || echo "$target"
    done | empty "help names what is not there"
    awk 'length > 80' "$scratch/said" | empty "lines that are too long"
    [ "$(sed '/^make test/,$d' "$scratch/said" | wc -l)" -le 24 ] || fail "more than one screen"
}

# Where git knows the project, and in a hand-out, which has the starters beside the reference's objects.
test_reset_puts_the_starter_back_and_keeps_the_work() {
    new_repository "$scratch/clone"
    mkdir -p "$scratch/sipi/reference/5-nx-wp/starter"
    cp -R Makefile mk tools labs kernel trampoline "$scratch/sipi/"
    rm "$scratch/sipi"/mk/tests.mk "$scratch/sipi"/mk/lint.mk "$scratch/sipi"/mk/bench.mk "$scratch/sipi"/mk/docs.mk
    cp labs/5-nx-wp/match_bsp.* "$scratch/sipi/reference/5-nx-wp/starter/"
    for folder in clone sipi; do
        cd "$scratch/$folder"
        make_says 0 'is the starter already' reset LAB=5
        cp labs/5-nx-wp/match_bsp.asm "$scratch/starter"
        for work in first second; do
            echo "; $work" >> labs/5-nx-wp/match_bsp.asm
            [ $folder != clone ] || somebody commit -q -a -m 'Work'
            make_says 0 'is the starter' reset LAB=5
            same labs/5-nx-wp/match_bsp.asm "$scratch/starter" "not the starter"
        done
        for kept in 1:first 2:second; do
            grep -q "; ${kept#*:}" "kept/5-nx-wp/${kept%:*}/match_bsp.asm" || fail "the work is not kept"
        done
        [ ! -e kept/5-nx-wp/1/match_bsp.cc ] || fail "what was the starter's is kept too"
        cd "$OLDPWD"
    done
}
