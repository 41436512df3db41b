# What build/sipi says, and with which status it ends, as students and instructors call it.

# sipi WANTED-STATUS ARGUMENTS: what it prints goes to $scratch/said.
sipi() {
    wanted=$1
    shift
    status=0
    build/sipi "$@" > "$scratch/said" 2>&1 < /dev/null || status=$?
    [ $status = "$wanted" ] || { cat "$scratch/said"; fail "sipi $*: status $status"; }
}

says() {
    grep -qF -e "$1" "$scratch/said" || { cat "$scratch/said"; fail "does not say: $1"; }
}

test_the_untouched_lab_5_is_explained() {
    sipi 1 check --lab 5
    says 'fault             0 of 20'
    says '(nxe-missing)'
    says 'in smp::init_percpu'
    says '#PF 0x0a (W RSVD), then #GP, #DF, triple fault'
    says 'bit 63 is set (NX), and this CPU'
    says 'CPU 1  0x500       LME LMA'
    says 'BSP    0xd00       LME LMA NXE'
    says 'rpalRJW123ABCXY, and never E'
    says 'labs/5-nx-wp/README.md, "What you see now"'
    says "0x0b: for a reserved bit"
    says 'The untouched starter shows the same'
}

test_a_cause_is_explained_by_its_id() {
    sipi 0 cause nxe-missing
    says 'lab 5, No-execute and write-protect'
    says '  Why          Bit 63 of a page entry means no-execute only'
    says '  On silicon   '
    says '  Read on      labs/5-nx-wp/README.md, "What you see now"'
    says '               nxe-too-late: '
    sipi 2 cause nxe-mising
    says 'there is no cause nxe-mising; the nearest: nxe-missing, '
    make -s cause > "$scratch/said"
    says 'Lab 6  Per-CPU data'
    [ "$(grep -c '^  [a-z]' "$scratch/said")" = "$(find docs/causes -name '[a-z]*.md' | wc -l)" ] || fail "not all of them"
}

test_the_instruction_is_the_write_of_the_id() {
    sipi 0 grade --submission labs --lab 5 --engine qemu --format json
    line=$(sed -n '/"exceptions": \[$/,/\]/s/.*"line": \([0-9]*\).*/\1/p' "$scratch/said" | head -n 1)
    sed -n "${line}p" kernel/smp/per_cpu.cc | grep -q 'record\.id' ||
        fail "line $line of kernel/smp/per_cpu.cc is: $(sed -n "${line}p" kernel/smp/per_cpu.cc)"
}

test_the_solution_passes() {
    sipi 0 check --lab 5 --submission solutions
    says 'passed           20 of 20'
    sipi 0 grade --lab 5 --submission solutions --format json
    says '"points": 20'
}

test_grading_worked_whatever_the_points() {
    sipi 0 grade --submission labs --lab 5 --engine qemu
    says '0 of 20 points'
}

test_every_number_of_cpus() {
    for cpus in 2 3 8 32; do
        sipi 0 check --lab 5 --submission solutions --engine qemu --cpus $cpus
        sipi 1 check --lab 5 --engine qemu --cpus $cpus
        says '(nxe-missing)'
    done
    sipi 0 check --lab 5 --submission solutions --engine bochs --cpus 16
    sipi 2 check --lab 5 --cpus 17
    says "--cpus 17 is QEMU's alone: add --engine qemu, or say --cpus 16"
}

# INIT and two SIPIs for each of the most that there can be, as the manual's example sends them.
test_the_commands_for_every_cpu_are_kept() {
    mkdir "$scratch/3-trampoline"
    cp solutions/3-trampoline/real_mode.asm "$scratch/3-trampoline"
    { sed '/student code begins/q' solutions/3-trampoline/start_ap.cc
      sed '1,/^-- start_ap.cc --$/d' tests/submissions/3-trampoline/two-sipis.case
      sed -n '/student code ends/,$p' solutions/3-trampoline/start_ap.cc; } > "$scratch/3-trampoline/start_ap.cc"
    sipi 0 check --lab 3 --submission "$scratch" --engine qemu --cpus 32
}

# The same verdict and the same evidence, but for the time that it took.
test_ten_runs_are_one() {
    for run in 1 2 3 4 5 6 7 8 9 10; do
        sipi 0 grade --submission labs --lab 5 --engine qemu --format json
        grep -v '"seconds"' "$scratch/said" > "$scratch/$run"
        same "$scratch/1" "$scratch/$run" "run $run differs"
    done
}

test_an_engine_that_is_not_there_costs_no_point() {
    mkdir "$scratch/bin"
    for tool in /usr/bin/*; do
        case $tool in */bochs* | */qemu*) ;; *) ln -s "$tool" "$scratch/bin/" ;; esac
    done
    PATH=$scratch/bin sipi 2 grade --submission solutions --lab 5
    says 'The checker could not judge, which costs no point'
    says 'not judged'
}

# Such is the BIOS of some Debian packages: an instruction that the CPU does not know, and no IDT.
test_a_bios_that_dies_costs_no_point() {
    mkdir -p "$scratch/bin" "$scratch/share"
    ln -s /usr/share/bochs/* "$scratch/share/"
    rm "$scratch/share/BIOS-bochs-latest"
    printf 'bits 16\ntimes 65520 db 0\nlidt [cs:0]\nud2\ntimes 65536 - ($ - $$) nop\n' > "$scratch/bios.asm"
    nasm -f bin -o "$scratch/share/BIOS-bochs-latest" "$scratch/bios.asm"
    printf '#!/bin/sh\nBXSHARE=%s exec %s "$@"\n' "$scratch/share" "$(command -v bochs)" > "$scratch/bin/bochs"
    chmod +x "$scratch/bin/bochs"
    PATH=$scratch/bin:$PATH sipi 2 grade --submission solutions --lab 1 --engine bochs --boot iso
    says 'died in Bochs'
    says 'install a newer one'
    PATH=$scratch/bin:$PATH sipi 0 check --submission solutions --lab 1 --engine bochs
}

test_the_report_goes_to_a_file() {
    sipi 0 grade --submission labs --lab 5 --engine qemu --format json --out "$scratch/report"
    says "0 of 20 points; the report is in $scratch/report"
    grep -q '"outcome": "fault"' "$scratch/report"
}

test_mistakes_on_the_command_line_are_explained() {
    sipi 2 grade
    says '--submission is required'
    sipi 2 grade --submission "$scratch/nowhere"
    says 'there is no folder'
    mkdir "$scratch/empty"
    sipi 2 grade --submission "$scratch/empty"
    says 'holds no seam file'
    sipi 2 check --lab 77
    says 'there is no lab 77'
    sipi 2 check --engine kvm
    says '--engine kvm: must be qemu or bochs or both'
    sipi 2 check --lab 5 --out "$scratch/no/folder"
    says 'cannot write'
    sipi 2 check --lab 5 --boot floppy
    says '--boot floppy: must be rom or elf or iso'
    sipi 2 check --lab 5 --boot elf
    says 'add --engine qemu, or say --boot iso'
}

test_hints_come_one_by_one() {
    sipi 0 hint --lab 5 --number 1
    says 'hint 1 of 3'
    for number in 2 3 3; do
        make -s hint LAB=5 > "$scratch/said"
        says "hint $number of 3"
    done
    says 'HINT=1 shows the first again'
    sipi 2 hint --lab 5 --number 4
    says 'lab 5 has 3 hints: --number 1 to 3'
    MAKELEVEL=1 sipi 2 hint --lab 5 --number 4
    says 'HINT=1 to 3'
    MAKELEVEL=1 sipi 2 hint --lab 5 --number x
    says "HINT=x: must be a hint's number"
}
