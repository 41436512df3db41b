# Booting the kernel in the tests, and what a complete boot looks like. The serial line is in
# $scratch/serial afterwards.

# qemu MACHINE CPUS MIB LOADER TIME [OPTION...]: boots until the machine switches itself off; LOADER
# is elf (QEMU's own, PVH), iso (GRUB), firmware (ours, PVH) or rom (ours, with nothing loaded), TIME
# is icount (repeatable) or threads (one for each CPU).
qemu() {
    machine=$1 cpus=$2 memory=$3 loader=$4 time=$5
    shift 5
    case $time in
        icount) set -- -icount shift=6,sleep=off "$@" ;;
        threads) set -- -accel tcg,thread=multi "$@" ;;
    esac
    case $loader in
        elf) set -- -kernel build/kernel.elf -append panic=poweroff "$@" ;;
        iso) set -- -cdrom build/sipi.iso "$@" ;;
        firmware) set -- -bios "${firmware:-build/firmware.bin}" -device loader,file=build/kernel.elf "$@" ;;
        rom) set -- -bios build/firmware.bin "$@" ;;
    esac
    timeout 120 qemu-system-x86_64 -machine "$machine,smm=off" -smp "$cpus" -m "$memory" \
        -nodefaults -nic none -display none -no-reboot -serial "file:$scratch/serial" "$@" \
        < /dev/null > "$scratch/qemu" 2>&1 || {
        cat "$scratch/qemu" "$scratch/serial"
        fail "QEMU did not end by itself with status 0"
    }
}

# boots_in_qemu MACHINE CPUS MIB LOADER TIME: fails unless the boot is complete. With threads the kernel's
# time is the host's, and a busy host can keep an AP from running until its deadline has passed. Then the
# boot is tried again; with icount, where time is the kernel's own, never.
boots_in_qemu() {
    for _ in 1 2 3 4; do
        qemu "$@"
        [ "$5" = threads ] || break
        grep -q 'has not answered' "$scratch/serial" || break
    done
    complete_boot "$2"
}

# bochs CPUS MIB: boots the ISO.
bochs() {
    mkdir "$scratch/cd"
    cp build/sipi.iso "$scratch/cd/"
    timeout 300 tools/bochs.sh "$1" "$2" "$scratch/cd/sipi.iso" > "$scratch/serial" || {
        cat "$scratch/serial"
        fail "Bochs did not end by switching off"
    }
}

# bochs_by_firmware CPUS MIB IMAGE [COMMAND...]: boots the flat image, which begins at 1 MiB, by our
# firmware, and gives the commands to Bochs's debugger, else `c`. With 8 CPUs at most.
bochs_by_firmware() {
    cpus=$1 memory=$2 image=$3
    shift 3
    [ $# -gt 0 ] || set -- c
    {
        printf '%s\n' "$@"
        echo q
    } > "$scratch/commands"
    reports=$(seq 0 $((cpus - 1)) | sed 's/.*/, cpu&=report/' | tr -d '\n')
    sed -e '/^vgaromimage:/d; /^ata0-master:/d; /^boot:/d' -e "s,count=[0-9]*,count=$cpus," \
        -e 's|^romimage:.*|romimage: file='"${firmware:-build/firmware.bin}"', address=0xffff0000|' \
        -e "s,^megs:.*,megs: $memory," -e "s|dev=.*|dev=$scratch/serial|" -e "s,^log:.*,log: $scratch/log," \
        -e "s/^debug:.*/debug: action=ignore$reports/" "${bochsrc:-bochsrc}" > "$scratch/rc"
    # Bochs takes memory in blocks of 128 KiB; a longer image would run over into another.
    split -b 131072 -d "$image" "$scratch/piece"
    number=0
    for piece in "$scratch"/piece*; do
        address=$((0x100000 + number * 0x20000))
        number=$((number + 1))
        printf 'optramimage%d: file=%s, address=0x%x\n' $number "$piece" $address >> "$scratch/rc"
    done
    rm -f "$scratch/serial"
    TERM=xterm timeout -s KILL 120 bochs -q -f "$scratch/rc" -rc "$scratch/commands" \
        < /dev/null > "$scratch/output" 2>&1 || true
}

# switched_off: fails unless Bochs was.
switched_off() {
    grep -q 'soft power off' "$scratch/log" || {
        tail -n 5 "$scratch/output"
        fail "Bochs did not end by switching off"
    }
}

# flat_kernel: the kernel as it lies in memory, in $scratch/kernel.
flat_kernel() { objcopy -O binary build/kernel.elf "$scratch/kernel"; }

# refuses CPUS TEXT OPTION...: boots in QEMU with the options; fails unless the kernel says TEXT.
refuses() {
    cpus=$1 text=$2
    shift 2
    qemu-system-x86_64 -machine pc,smm=off -smp "$cpus" -m 64 -icount shift=6,sleep=off \
        -nodefaults -nic none -display none -no-reboot -serial "file:$scratch/serial" "$@" \
        < /dev/null > "$scratch/qemu" 2>&1 &
    machine=$!
    tries=0
    until grep -qsF -- "$text" "$scratch/serial"; do
        tries=$((tries + 1))
        if [ $tries -gt 100 ] || ! kill -0 $machine 2> "$scratch/ignored"; then break; fi
        sleep 0.1
    done
    kill $machine 2> "$scratch/ignored" || true
    wait $machine || true
    grep -qsF -- "$text" "$scratch/serial" || {
        cat "$scratch/qemu" "$scratch/serial"
        fail "the kernel does not say: $text"
    }
}

# complete_boot CPUS: fails unless the serial line shows what it must, and nothing that it must not.
complete_boot() {
    cpus=$1
    trace=rpalRJW123ABCXYEFGHIJKLD456
    tr -d '\r' < "$scratch/serial" > "$scratch/lines"
    {
        [ "$(grep -c rpal "$scratch/lines")" = $((cpus - 1)) ] || echo "not one trace for each AP"
        cpu=0
        while [ $cpu -lt "$cpus" ]; do
            [ $cpu = 0 ] || [ "$(grep -cxE "cpu +$cpu: $trace" "$scratch/lines")" = 1 ] ||
                echo "cpu $cpu: no complete trace"
            # The kernel has checked the same itself, and with table=no it does not show it.
            if grep -q 'command line ".*table=no' "$scratch/lines"; then cpu=$((cpu + 1)); continue; fi
            stolen=$([ $((cpu % 2)) = 0 ] || echo '[1-9]')
            [ "$(grep -cE "^cpu +$cpu: +[0-9]+ runs, +[1-9][0-9]* preemptions, +${stolen}[0-9]* stolen$" \
                "$scratch/lines")" = 1 ] ||
                echo "cpu $cpu: no summary line, or it did not preempt, or not steal where it must"
            cpu=$((cpu + 1))
        done
        tail -n 1 "$scratch/lines" | grep -qE "^sipi: $cpus CPUs? awake, $((2 * cpus)) tasks done$" ||
            echo "the last line is another"
        grep -iE '^panic|#[A-Z][A-Z]\b' "$scratch/lines" || true
    } > "$scratch/missing"
    [ ! -s "$scratch/missing" ] || {
        head -n 5 "$scratch/missing"
        cat "$scratch/lines"
        fail "no complete boot"
    }
}
