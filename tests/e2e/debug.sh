# The debuggers stop where each lab happens.

# stops LAB FUNCTION FILE: GDB, with its commands from a pipe.
stops() {
    echo 'info registers rip' | make debug LAB="$1" > "$scratch/said" 2>&1 || true
    for words in breakpoint "$2" "$3"; do
        grep -qF "$words" "$scratch/said" ||
            { cat "$scratch/said"; fail "lab $1: does not say: $words"; }
    done
}

test_gdb_stops_in_lab_1() { stops 1 'long_mode ()' solutions/4-long-mode/long_mode.asm; }
test_gdb_stops_in_lab_2() { stops 2 'SIGTRAP' '0x00008000:'; }
test_gdb_stops_in_lab_3() { stops 3 'smp::start_ap' labs/3-trampoline/start_ap.cc; }
test_gdb_stops_in_lab_4() { stops 4 'protected_mode ()' trampoline/protected_mode.asm; }
test_gdb_stops_in_lab_5() { stops 5 'smp::init_percpu (cpu=' kernel/smp/per_cpu.cc; }
test_gdb_stops_in_lab_6() { stops 6 'smp::adopt_record (cpu=' labs/6-per-cpu/per_cpu.cc; }

# until_said TEXT: waits until the terminal shows it.
until_said() {
    tries=0
    until grep -qF -e "$1" "$scratch/said"; do
        tries=$((tries + 1))
        [ $tries -lt 600 ] || { cat "$scratch/said"; fail "the debugger does not say: $1"; }
        sleep 0.1
    done
}

# Bochs's debugger wants a terminal.
test_bochs_stops_in_lab_4() {
    mkfifo "$scratch/keys"
    timeout 120 script -qfec 'make bochs LAB=4' "$scratch/terminal" \
        < "$scratch/keys" > "$scratch/said" 2>&1 &
    exec 3> "$scratch/keys"
    until_said '(protected_mode+0)'
    echo 'page 0x8000' >&3
    until_said 'maps to physical page 0x000000008000'
    echo q >&3
    wait
}
