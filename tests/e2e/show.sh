# make show: the page at 0x8000, disassembled beside its sources.

# shown ARGUMENTS...: what it prints of a kernel that is built, in $scratch/shown.
shown() {
    make kernel "$@" > "$scratch/built" 2>&1 || { cat "$scratch/built"; fail "does not build"; }
    make show "$@" > "$scratch/shown"
}

# has LINE: with the blanks between its columns as one.
has() { tr -s ' ' < "$scratch/shown" | grep -qxF -e "$1" || { cat "$scratch/shown"; fail "does not show: $1"; }; }

test_each_stage_begins_with_its_first_instruction() {
    shown
    has '8000 fa cli cli'
    grep -A9 '^protected_mode: trampoline/protected_mode.asm$' "$scratch/shown" | grep -q 'mov ax, data_selector$'
    grep -A9 '^long_mode: solutions/4-long-mode/long_mode.asm$' "$scratch/shown" | grep -q 'mov eax, cr4$'
    grep -A9 '^match_bsp_in_trampoline: solutions/5-nx-wp/match_bsp.asm$' "$scratch/shown" | grep -q 'mov ebx, \[mailbox_efer\]$'
    has ' ; on entry: 32-bit code, paging off, flat segments, a small stack; the mailbox holds the BSP'"'"'s'
}

# The same bytes mean something else in each of the three sizes.
test_each_code_size_is_read_as_such() {
    shown
    grep -e '-bit code --' "$scratch/shown" | tr -d ' -' | tr '\n' ' ' > "$scratch/sizes"
    echo '16bitcode 32bitcode 32bitcode 64bitcode 32bitcode ' | tr -d '\n' > "$scratch/expected"
    same "$scratch/expected" "$scratch/sizes" "the code sizes, in order"
    sed 's/^[0-9a-f]*  //' "$scratch/shown" | tr -s ' ' > "$scratch/lines"
    for line in '660f0116308e o32 lgdt [0x8e30] o32 lgdt [gdt32_pointer]' 'a1088f0000 mov eax,[0x8f08] mov eax, [mailbox_cr3]' \
        '488b2425208f0000 mov rsp,[0x8f20] mov rsp, [abs mailbox_stack_top]'; do
        grep -qxF "$line" "$scratch/lines" || { cat "$scratch/shown"; fail "no line: $line"; }
    done
}

test_a_macro_is_one_line() {
    shown
    sed -n "s/^[0-9a-f]*  ([0-9]* bytes) *leave_stage '\(.\)'$/\1/p" "$scratch/shown" | tr -d '\n' > "$scratch/letters"
    printf rpalRJW > "$scratch/expected"
    same "$scratch/expected" "$scratch/letters" "a line for each leave_stage"
    ! grep -e '%%' -e wait_for_uart "$scratch/shown" || fail "shows the inside of a macro"
    [ "$(wc -l < "$scratch/shown")" -lt 160 ] || fail "is too long for a page"
}

# From a part's first line on, each begins where the one before has ended, as far as the code goes.
test_no_byte_is_left_out() {
    shown
    awk '
        function value(digits,    n, i) {
            for (i = 1; i <= length(digits); ++i) n = n * 16 + index("0123456789abcdef", substr(digits, i, 1)) - 1
            return n
        }
        /^data:/ { exit }
        /^[a-z_0-9]+: / { next_one = 0 }
        /^8[0-9a-f][0-9a-f][0-9a-f]  / {
            if (next_one && value($1) != next_one) print
            next_one = value($1) + ($2 ~ /^\(/ ? substr($2, 2) : length($2) / 2)
            ++lines
        }
        END { if (lines < 50) print lines + 0 " lines of code" }' "$scratch/shown" | empty "lines that begin elsewhere"
}

test_the_data_has_names() {
    shown
    has '8e00 tables_gdt32 the table that leads out of real mode'
    has '8f20 mailbox_stack_top the AP'"'"'s first stack: low memory, 16-byte aligned'
    has '8f34 mailbox_lapic_id what the MADT calls it'
}

test_it_shows_ones_own_lab() {
    shown LAB=4
    grep -q '^long_mode: labs/4-long-mode/long_mode.asm$' "$scratch/shown" || fail "not the student's"
    grep -q '^real_mode: solutions/3-trampoline/real_mode.asm$' "$scratch/shown" || fail "not the reference's"
    ! grep -q rdmsr "$scratch/shown" || [ "$(grep -c rdmsr "$scratch/shown")" = 1 ] || fail "shows the reference's long mode"
}
