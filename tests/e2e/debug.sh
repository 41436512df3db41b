# GDB stops where each lab happens. What is typed then, and Bochs, walkthroughs.sh tries.

# looks LAB WORDS...: GDB, with its commands from a pipe, stops where these words say, goes on to the
# documented fault, and says there what the checker does of the same machine.
looks() {
    lab=$1
    shift
    for command in 'echo at-the-stop\n' code continue stepi 'ap-trace all' 'efer all' 'walk $cr2 1' 'walk 0x8000 all' \
        'gdt 1' 'idt all' 'lapic 0' 'per-cpu all' 'gdt 9' walk 'help walk' run; do
        echo "$command"
    done | timeout 60 make debug LAB="$lab" BOOT=rom MEMORY=128 > "$scratch/said" 2>&1 || true
    for words in "$@" 'there is no CPU 9: say 0 to 3, or all' 'Each line: where the entry lies' \
        'walk ADDRESS [CPU|all]' 'It never goes on: `quit`' 'The machine runs already'; do
        grep -qF -e "$words" "$scratch/said" ||
            { cat "$scratch/said"; fail "lab $lab: does not say: $words"; }
    done
    build/sipi grade --submission labs --lab "$lab" --engine qemu --format json > "$scratch/report"
    python3 tests/e2e/debug.py "$scratch/report" "$scratch/said"
    sed -i 's/"efer": "0xd00"/"efer": "0x500"/' "$scratch/report"
    ! python3 tests/e2e/debug.py "$scratch/report" "$scratch/said" 2> "$scratch/differs" ||
        fail "the comparison sees no difference"
}

test_gdb_looks_at_lab_1() { looks 1 'long_mode ()' solutions/4-long-mode/long_mode.asm '32-bit protected mode'; }
test_gdb_looks_at_lab_2() { looks 2 '=> 0x8000  cli' real_mode.asm:21 '16-bit real mode'; }
test_gdb_looks_at_lab_3() { looks 3 smp::start_ap labs/3-trampoline/start_ap.cc 'The machine has switched itself off'; }
test_gdb_looks_at_lab_4() { looks 4 'protected_mode ()' trampoline/protected_mode.asm '32-bit protected mode'; }
test_gdb_looks_at_lab_5() { looks 5 'smp::init_percpu (cpu=' kernel/smp/per_cpu.cc '64-bit long mode'; }
test_gdb_looks_at_lab_6() { looks 6 'smp::adopt_record (cpu=' labs/6-per-cpu/per_cpu.cc '64-bit long mode'; }

# What GDB does wrong by itself: it stays for ever at a breakpoint where CS has a base.
test_gdb_goes_on_from_real_mode() {
    printf '%s\n' 'hbreak *0x8002' continue continue delete 'until-stage R' 'print $efer' 'until-stage D 3' 'ap-trace 3' |
        timeout 60 make debug > "$scratch/said" 2>&1 || true
    cat "$scratch/said"
    grep -qF '[ NXE LMA LME ]' "$scratch/said"
    grep -q 'CPU 3  rpalRJW123ABCXYEFGHIJKLD$' "$scratch/said"
}

# Whoever attaches is told how, and does the same by the port.
test_gdb_attaches_at_a_port() {
    timeout 60 make debug LAB=5 GDB=no PORT=34567 > "$scratch/said" 2>&1 &
    until_said 'gdb -x build/debug.gdb; it stops at smp::init_percpu'
    make debug LAB=5 GDB=no PORT=34567 > "$scratch/second" 2>&1 && fail "two at one port"
    grep -qF 'debug: port 34567 is taken; choose another: PORT=34568' "$scratch/second"
    # As .vscode/launch.json has it, in the language that editors speak.
    {
        sed -n 's/.*"text": "\(.*\)" }.*/\1/p' .vscode/launch.json | sed 's/\\"/"/g'
        printf '%s\n' -thread-info '-interpreter-exec console "ap-trace"' '-interpreter-exec console "monitor quit"'
    } | gdb -q -i=mi > "$scratch/gdb" 2>&1
    grep -qF 'CPU 1  rpalRJW123' "$scratch/gdb"
    grep -q '^\^done,threads=.*func="smp::init_percpu",.*current-thread-id="2"' "$scratch/gdb"
    wait
}

# The last letter has a line end behind it, whatever the next prompt is.
test_run_says_that_the_machine_died() {
    ! make run LAB=1 > "$scratch/said" 2> "$scratch/errors" || fail "status 0"
    grep -qx 'run: the machine has died: a CPU shut down. Which, and why: make explain LAB=1' "$scratch/errors"
    tail -n 1 "$scratch/said" | grep -qx 'cpu  1: rpal'
    [ -z "$(tail -c 1 "$scratch/said")" ] || fail "the line does not end"
    make run > "$scratch/said" 2> "$scratch/errors"
    ! grep '^run:' "$scratch/errors" || fail "says that the finished kernel died"
}

# until_said TEXT: waits until the terminal shows it.
until_said() {
    tries=0
    until grep -qF -e "$1" "$scratch/said"; do
        tries=$((tries + 1))
        [ $tries -lt 600 ] || { cat "$scratch/said"; fail "the debugger does not say: $1"; }
        sleep 0.1
    done
}
