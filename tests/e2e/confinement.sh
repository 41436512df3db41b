# What a submission's files could do while they are compiled: run a command, leave a process behind, read
# files that are none of their business and show them. Each test hands in one that tries.

# seam FILE: lab 5 right, but for this file of it, which is standard input.
seam() {
    mkdir -p "$scratch/theirs"
    [ -d "$scratch/theirs/5-nx-wp" ] || cp -R solutions/5-nx-wp "$scratch/theirs/"
    cat > "$scratch/theirs/5-nx-wp/$1"
    mkdir -p "$scratch/canary"
    echo CANARY_7731 > "$scratch/canary/text"
    echo 'KEY=CANARY_7731' > "$scratch/canary/assignment"
    echo '#error CANARY_7731' > "$scratch/canary/error"
    echo 'This is CANARY_7731 and no instruction' > "$scratch/canary/words"
}

# cc_with LINE, asm_with LINE: the right file with a line before it.
cc_with() { { printf '%s\n' "$1" && cat solutions/5-nx-wp/match_bsp.cc; } | seam match_bsp.cc; }
asm_with() { { printf '%s\n' "$1" && cat solutions/5-nx-wp/match_bsp.asm; } | seam match_bsp.asm; }

# grade [OUTCOME]: grades it twice, as who reads what the first time has left must be met too.
grade() {
    for _ in first second; do
        build/sipi grade --submission "$scratch/theirs" --lab 5 --engine qemu --format json \
            > "$scratch/json" 2>&1 || true
    done
    ! grep -a CANARY "$scratch/json" || fail "a file that is nobody's business shows"
    [ ! -e "$scratch/ran" ] || fail "a command ran"
    [ $# -eq 0 ] || grep -q "\"outcome\": \"$1\"" "$scratch/json" || { cat "$scratch/json"; fail "not $1"; }
}

# kept_out: it must not build, and the report says why.
kept_out() {
    grade build-error
    grep -q 'a submission finds the given headers and its own files' "$scratch/json" ||
        { cat "$scratch/json"; fail "does not say why"; }
}

test_cpp_includes_the_solution() {
    echo '#include "solutions/5-nx-wp/match_bsp.cc"' | seam match_bsp.cc
    kept_out
}
test_nasm_includes_the_solution() {
    echo '%include "solutions/5-nx-wp/match_bsp.asm"' | seam match_bsp.asm
    kept_out
}
test_cpp_includes_the_starter() {
    echo '#include "labs/5-nx-wp/match_bsp.cc"' | seam match_bsp.cc
    kept_out
}
test_cpp_includes_a_file_by_its_way_up() {
    seam match_bsp.cc < /dev/null
    cc_with "#include \"../../../../../../../../../../../../..$scratch/canary/text\""
    kept_out
}
test_cpp_includes_a_file_with_an_error_in_it() {
    cc_with "#include \"$scratch/canary/error\""
    kept_out
}
test_nasm_includes_a_file() {
    asm_with "%include \"$scratch/canary/words\""
    kept_out
}
test_the_environment_is_included() {
    export SECRET=CANARY_7731
    cc_with '#if __has_include("/proc/self/environ")
#include "/proc/self/environ"
#endif'
    grade passed # in a sandbox there is no such file
    cc_with '#include "/proc/self/environ"'
    kept_out
    asm_with '%include "/proc/self/environ"'
    cp solutions/5-nx-wp/match_bsp.cc "$scratch/theirs/5-nx-wp/"
    kept_out
}
test_nasm_reads_the_environment() {
    export SECRET=CANARY_7731
    asm_with "%warning %!SECRET
%error %!SECRET"
    grade build-error
}
test_an_asm_statement_includes_a_file() {
    cc_with "asm(\".include \\\"$scratch/canary/assignment\\\"\\n .quad KEY\");"
    kept_out
}

# A definition of two symbols around the canary's bytes, as an asm statement.
incbin='asm(".pushsection .text\n.globl begin, end\nbegin: .incbin \"CANARY\"\nend: .byte 0\n.popsection");
extern "C" const char begin[], end[];'
test_an_asm_statement_builds_a_file_into_a_panic() {
    {
        echo '#include "smp/match_bsp.h"'
        echo '#include "lib/panic.h"'
        printf '%s\n' "$incbin" | sed "s,CANARY,$scratch/canary/text,"
        echo 'void smp::match_bsp(const x86::ControlState&) { lib::panic_text({begin, std::size_t(end - begin)}); }'
    } | seam match_bsp.cc
    seam nothing < /dev/null
    kept_out
}
test_an_asm_statement_builds_a_file_into_the_trace() {
    {
        echo '#include "smp/match_bsp.h"'
        echo '#include "trampoline/stage.h"'
        printf '%s\n' "$incbin" | sed "s,CANARY,$scratch/canary/text,"
        echo 'void smp::match_bsp(const x86::ControlState&) {'
        echo '  for (const char* each = begin; each != end; ++each)'
        echo '    trampoline::leave_stage(static_cast<trampoline::ApStage>(*each)); }'
    } | seam match_bsp.cc
    kept_out
}
test_nasm_builds_a_file_in() {
    {
        cat solutions/5-nx-wp/match_bsp.asm
        printf 'global begin, end\nsection .text\nbegin: incbin "%s"\nend:\n' "$scratch/canary/text"
    } | seam match_bsp.asm
    {
        echo '#include "smp/match_bsp.h"'
        echo '#include "lib/panic.h"'
        echo 'extern "C" const char begin[], end[];'
        echo 'void smp::match_bsp(const x86::ControlState&) { lib::panic_text({begin, std::size_t(end - begin)}); }'
    } | seam match_bsp.cc
    kept_out
}
test_a_device_without_end() {
    cc_with '#include "/dev/zero"'
    kept_out
}

# A name that make reads, and would run.
depend() {
    asm_with "%pathsearch found \"$1\"
%depend \"$1\""
    grade passed
    asm_with "%depend $1"
    echo 'this is no C++' >> "$scratch/theirs/5-nx-wp/match_bsp.cc"
    grade build-error
    # Nor is it the make of somebody who tries it.
    rm -rf "$scratch/build" && cp solutions/5-nx-wp/match_bsp.cc "$scratch/theirs/5-nx-wp/"
    for _ in first second; do
        make -s kernel BUILD="$scratch/build" SEAM_5="$scratch/theirs/5-nx-wp" > "$scratch/made" 2>&1 || true
    done
    [ ! -e "$scratch/ran" ] || fail "make ran a command"
}
test_a_dependency_that_is_a_command() {
    # shellcheck disable=SC2016 # make's and the submission's
    depend '`A!=touch${IFS}'"$scratch/ran"'&&echo${IFS}/dev/null`'
    # shellcheck disable=SC2016
    depend '$(shell touch '"$scratch/ran"')'
}
test_a_dependency_that_leaves_a_process() {
    # shellcheck disable=SC2016
    depend '`A!=(setsid${IFS}sleep${IFS}77${IFS}>/dev/null${IFS}2>&1&echo${IFS}$!>'"$scratch/ran"')&&echo${IFS}/dev/null`'
}
test_a_dependency_that_copies_the_solution() {
    # shellcheck disable=SC2016
    depend '`A!=cp${IFS}-r${IFS}solutions/5-nx-wp${IFS}'"$scratch/ran"'&&echo${IFS}/dev/null`'
}
test_a_file_name_that_is_a_command() {
    seam match_bsp.cc < solutions/5-nx-wp/match_bsp.cc
    # shellcheck disable=SC2016
    echo 'int x;' > "$scratch/theirs/5-nx-wp/"'a$(touch ran;cd ..;touch ran)`touch ran`;touch ran;.cc'
    grade passed
    make -s kernel BUILD="$scratch/build" SEAM_5="$scratch/theirs/5-nx-wp" > "$scratch/made" 2>&1 || true
    if [ -e ran ] || [ -e ../ran ]; then
        rm -f ran ../ran
        fail "make ran a command"
    fi
}

test_a_fifo_keeps_nobody_waiting() {
    seam match_bsp.cc < solutions/5-nx-wp/match_bsp.cc
    rm "$scratch/theirs/5-nx-wp/match_bsp.asm" && mkfifo "$scratch/theirs/5-nx-wp/match_bsp.asm"
    grade build-error
}
test_a_hard_link_is_no_file_of_ones_own() {
    mkdir -p "$scratch/theirs/5-nx-wp"
    cp -R solutions/5-nx-wp "$scratch/solution"
    ln "$scratch/solution"/* "$scratch/theirs/5-nx-wp/"
    grade build-error
    grep -q 'is a hard link; submit the file itself' "$scratch/json" || fail "does not say why"
}

test_own_files_and_given_headers_are_found() {
    echo '#include "match_bsp.cc"' | seam nothing
    sed 's,#include "instructions.h",&\n#include "trampoline/mailbox.h"\n#include <algorithm>\n#include <cstring>,' \
        solutions/5-nx-wp/match_bsp.cc | seam match_bsp.cc
    sed 's,%include "constants.inc",&\n%include "trampoline/stage.inc",' solutions/5-nx-wp/match_bsp.asm |
        seam match_bsp.asm
    grade passed
}

# Where nothing can be kept in, as this program makes it seem: one's own files, and who is trusted.
test_without_walls() {
    g++ tests/e2e/without_walls.cc -o "$scratch/without"
    cp -R solutions/5-nx-wp "$scratch/" && mkdir "$scratch/theirs" && mv "$scratch/5-nx-wp" "$scratch/theirs/"
    without() { "$scratch/without" build/sipi "$@" --lab 5 --engine qemu > "$scratch/said" 2>&1; }
    status=0
    without grade --submission "$scratch/theirs" || status=$?
    [ $status = 2 ] || fail "status $status"
    tr '\n' ' ' < "$scratch/said" | grep -q 'no sandbox can be made here .*--trust' ||
        { cat "$scratch/said"; fail "does not say what to do"; }
    without grade --submission "$scratch/theirs" --trust
    grep -q '20 of 20' "$scratch/said" || { cat "$scratch/said"; fail "not even with --trust"; }
    status=0
    without check || status=$?
    [ $status = 1 ] || { cat "$scratch/said"; fail "one's own files: status $status"; }
    grep -q nxe-missing "$scratch/said" || { cat "$scratch/said"; fail "one's own files"; }
}

# Whatever the checker has begun to start, and however far that has come.
test_killed_while_it_starts_programs_it_leaves_none() {
    cp -R solutions/5-nx-wp "$scratch/theirs-5" && mkdir "$scratch/theirs" && mv "$scratch/theirs-5" "$scratch/theirs/5-nx-wp"
    python3 tests/e2e/killed.py "$scratch/theirs"
}
