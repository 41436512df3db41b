# `make explain` and `sipi explain`: how a CPU died, from a log alone or in a lab.

# explain WANTED-STATUS ARGUMENTS: what it prints goes to $scratch/said.
explain() {
    wanted=$1
    shift
    status=0
    build/sipi explain "$@" > "$scratch/said" 2>&1 < /dev/null || status=$?
    [ $status = "$wanted" ] || { cat "$scratch/said"; fail "sipi explain $*: status $status"; }
}

says() {
    grep -qF -e "$1" "$scratch/said" || { cat "$scratch/said"; fail "does not say: $1"; }
}

# make_a_log SECONDS ARGUMENTS: of the starter of lab 5 beside the reference.
make_a_log() {
    seconds=$1
    shift
    make -s kernel LAB=5
    timeout "$seconds" qemu-system-x86_64 -machine pc,smm=off -smp 4 -m 128 -icount shift=6,sleep=off \
        -nodefaults -nic none -display none -kernel build/lab-5/kernel.elf "$@" \
        -d int,cpu_reset -D "$scratch/qemu.log" < /dev/null > /dev/null 2>&1 || true
}

test_a_log_and_its_kernel() {
    make_a_log 60 -no-reboot
    make -s explain LOG="$scratch/qemu.log" ELF=build/lab-5/kernel.elf > "$scratch/said" 2>&1
    says 'qemu.log, of QEMU'
    says '(nxe-missing)'
    says 'kernel/smp/per_cpu.cc:'
    says 'in smp::init_percpu'
    says '#PF 0x000a  W RSVD: a write, an entry has a reserved bit set'
    says 'EFER         0x500       LME LMA'
    says 'not in the log, one of 0..3'
}

test_the_reset_after_it_names_the_cpu() {
    make_a_log 3
    explain 0 --log "$scratch/qemu.log" --elf build/lab-5/kernel.elf
    says 'CPU 1'
    says '1 of 0..3'
}

test_a_lab() {
    make -s explain LAB=5 ENGINE=qemu > "$scratch/said" 2>&1
    says '(nxe-missing)'
    says 'bit 63 is set (NX), and this CPU'
    grep -q 'of 20' "$scratch/said" && fail "it has points: $(cat "$scratch/said")"
    explain 0 --lab 5 --engine qemu --submission solutions
    says 'passed'
    build/e2e/submissions --unpack "$scratch/broken" tests/submissions/5-nx-wp/does-not-compile.case
    explain 2 --lab 5 --engine qemu --submission "$scratch/broken"
    says 'It does not build'
}

test_logs_of_other_kernels() {
    for log in tests/fixtures/explain/*.log tests/fixtures/qemu/*.log tests/fixtures/bochs/*.log; do
        explain 0 --log "$log"
        says 'triple fault'
    done
    for log in tests/fixtures/explain/met/*.log; do explain 0 --log "$log"; done
    make -s explain LOG=tests/fixtures/explain/met/kvm-failed-to-put-registers.log > "$scratch/said" 2>&1
    says '(kvm-refuses-state)'
    says 'What to do   Where it is L: outside long mode'
    says "Whose it is  QEMU's, of a machine under KVM"
    explain 0 --log tests/fixtures/explain/bochs-reset.log
    says 'of Bochs 2.7'
    says 'RSP 0x7bdc'
    explain 0 --log tests/fixtures/qemu/solutions.log
    says 'no triple fault'
}

test_a_log_larger_than_memory_is_read_in_little_of_it() {
    log=$scratch/large.log
    for _ in 1 2 3 4 5 6 7 8; do cat tests/fixtures/qemu/solutions.log; done > "$scratch/handled"
    size=$(wc -c < "$scratch/handled")
    count=$((120000000 / size + 1))
    {
        for _ in $(seq "$count"); do cat "$scratch/handled"; done
        head -c 20000000 /dev/zero | tr '\0' x
        echo
        cat tests/fixtures/explain/interrupt-without-idt.log
    } > "$log"
    start=$(date +%s)
    explain 0 --log "$log"
    [ $(($(date +%s) - start)) -lt 20 ] || fail "140 MB took $(($(date +%s) - start)) s"
    says '(interrupt-without-gate)'
    python3 - "$log" > "$scratch/peak" << 'END'
import resource, subprocess, sys
subprocess.run(["build/sipi", "explain", "--log", sys.argv[1]], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
END
    [ "$(cat "$scratch/peak")" -lt 32768 ] || fail "it took $(cat "$scratch/peak") KiB"
}

test_mistakes_are_explained() {
    explain 2
    says 'explain wants --log FILE or --lab N'
    explain 2 --log x --lab 5
    says 'explain wants --log FILE or --lab N'
    explain 2 --log "$scratch/nowhere"
    says 'does not exist'
    explain 2 --log "$scratch"
    says 'is a folder'
    : > "$scratch/empty"
    explain 2 --log "$scratch/empty"
    says 'is empty'
    says '-d int,cpu_reset'
    gzip -c tests/fixtures/qemu/2-gdt.log > "$scratch/packed"
    explain 2 --log "$scratch/packed"
    says 'gunzip -k'
    head -c 5000 /dev/urandom > "$scratch/junk"
    printf '\1\0' | dd of="$scratch/junk" conv=notrunc status=none
    explain 2 --log "$scratch/junk"
    says 'is no text, but binary data'
    explain 2 --log README.md
    says "nothing in it that QEMU's -d int or Bochs would have logged"
    explain 2 --log build/sipi
    says 'is an ELF file, and no log'
    explain 2 --log tests/fixtures/qemu/2-gdt.log --elf README.md
    says 'is no ELF file that can be read'
    explain 2 --log tests/fixtures/qemu/2-gdt.log --elf "$scratch/nowhere"
    says 'leave ELF= out'
    status=0
    make -s explain > "$scratch/said" 2>&1 || status=$?
    [ $status = 2 ] || fail "make explain: status $status"
    says 'name a log with LOG=file'
    status=0
    make -s explain LOG="$scratch/nowhere" > "$scratch/said" 2>&1 || status=$?
    [ $status = 2 ] || fail "make explain of no file: status $status"
    says 'does not exist'
}

# The byte is of e_machine, little endian. [elf]
test_a_file_that_is_not_the_logs_kernel() {
    log=tests/fixtures/qemu/5-nx-wp.log
    make -s kernel LAB=5
    object=$(find build -name '*.cc.o' | head -n 1)
    explain 2 --log "$log" --elf "$object"
    says 'is an object file'
    cp build/lab-5/kernel.elf "$scratch/other.elf"
    printf '\267\0' | dd of="$scratch/other.elf" bs=1 seek=18 conv=notrunc status=none
    explain 2 --log "$log" --elf "$scratch/other.elf"
    says 'is for another machine'
    explain 0 --log "$log" --elf build/sipi
    says 'sipi is not the kernel of this log'
    grep -q 'instruction  0x' "$scratch/said" || fail "names from the wrong file: $(cat "$scratch/said")"
}

test_an_elf_file_that_fits() {
    make_a_log 60 -no-reboot
    explain 0 --log "$scratch/qemu.log" --elf build/lab-5/kernel.elf
    grep -q 'ELF file' "$scratch/said" && fail "doubts the right kernel: $(cat "$scratch/said")"
    strip -o "$scratch/stripped.elf" build/lab-5/kernel.elf
    explain 0 --log "$scratch/qemu.log" --elf "$scratch/stripped.elf"
    says 'has no symbols'
    # As of another build: its instruction there does not use what the fault was about.
    sed "s/CR2=ffffffff[0-9a-f]*/CR2=ffffffff80777000/" "$scratch/qemu.log" > "$scratch/other.log"
    explain 0 --log "$scratch/other.log" --elf build/lab-5/kernel.elf
    says 'kernel.elf is not the kernel of this log'
}
