# Our own firmware: what it is, and that the kernel boots by it.
. tests/machines.sh

list() {
    for cpus in 1 2 3 4 8 32; do
        for time in icount threads; do echo "in_qemu pc $cpus $time"; done
    done
    echo "in_qemu q35 4 icount"
    for cpus in 1 2 4 8; do echo "in_bochs $cpus"; done
    for cpus in 1 3 4; do echo "again_the_same_in_qemu $cpus"; done
    echo "again_the_same_in_bochs"
    for engine in qemu bochs; do
        echo "a_parked_ap_ignores_a_sipi $engine"
        echo "an_irq_0_is_waiting $engine"
        echo "a_bsp_that_is_reset_resets_the_machine $engine"
        for way in jump nmi; do echo "an_ap_at_the_reset_vector_halts $engine ${way}_all_others"; done
        for cpus in 1 2 3 4 8; do echo "the_madt_has_an_order_of_its_own $engine $cpus"; done
    done
    for cpus in 1 2 4; do
        echo "the_second_machine_in_qemu $cpus"
        echo "the_second_machine_in_bochs $cpus"
    done
    echo "a_reset_in_bochs_starts_the_machine_anew"
        echo "low_memory_is_the_same_in_both"
    echo "low_memory_is_as_decided"
    for bits in 16 32 64; do echo "the_pattern_stops_code $bits"; done
    echo "the_vectors_lead_to_an_iret_or_a_hlt"
    echo "there_is_no_kernel"
    for period in 4 8 12 20; do echo "a_timer_that_does_not_rest $period"; done
}

in_qemu() { boots_in_qemu "$1" "$2" 64 firmware "$3"; }

in_bochs() {
    flat_kernel
    bochs_by_firmware "$1" 64 "$scratch/kernel"
    switched_off
    complete_boot "$1"
}

again_the_same_in_qemu() {
    for run in first second; do
        qemu pc "$1" 64 firmware icount -d int,cpu_reset -D "$scratch/$run.log"
        mv "$scratch/serial" "$scratch/$run.serial"
    done
    same "$scratch/first.serial" "$scratch/second.serial" "the second run says something else"
    same "$scratch/first.log" "$scratch/second.log" "the second run takes another way"
}

again_the_same_in_bochs() {
    flat_kernel
    for run in first second; do
        bochs_by_firmware 4 64 "$scratch/kernel"
        switched_off
        mv "$scratch/serial" "$scratch/$run.serial"
        grep -F '[CPU' "$scratch/log" > "$scratch/$run.log" # the rest has addresses of the host
    done
    same "$scratch/first.serial" "$scratch/second.serial" "the second run says something else"
    same "$scratch/first.log" "$scratch/second.log" "the second run takes another way"
}

the_second_machine_in_qemu() {
    firmware=build/second-firmware.bin
    boots_in_qemu pc "$1" 64 firmware icount -d int -D "$scratch/log"
}

# There an x2APIC is what is not to be forgotten: each CPU switches its own on.
the_second_machine_in_bochs() {
    firmware=build/second-firmware.bin
    flat_kernel
    bochs_by_firmware "$1" 64 "$scratch/kernel"
    switched_off
    complete_boot "$1"
    [ "$(grep -c 'allocate APIC id=.*MMIO disabled' "$scratch/log")" -ge "$1" ] || fail "not in x2APIC mode"
}

# probe ENGINE CPUS [DEFINITION...]: runs tests/e2e/firmware_probe.asm, and leaves the first 16 MiB of
# the memory that it found in $scratch/memory.
probe() {
    engine=$1 cpus=$2
    shift 2
    nasm -f bin -Ibuild/kernel/ "$@" tests/e2e/firmware_probe.asm -o "$scratch/probe"
    if [ "$engine" = bochs ]; then
        bochs_by_firmware "$cpus" 64 "$scratch/probe" c "writemem \"$scratch/memory\" 0 0x1000000" c
    else
        qemu pc,memory-backend=ram "$cpus" 64 rom icount \
            -object "memory-backend-file,id=ram,share=on,size=64M,mem-path=$scratch/memory" \
            -device "loader,file=$scratch/probe,addr=0x100000,force-raw=on"
    fi
}

# says TEXT: fails unless the serial line has exactly that.
says() {
    printf '%s' "$1" > "$scratch/expected"
    same "$scratch/expected" "$scratch/serial" "the serial line (+) is not as expected (-)"
}

a_parked_ap_ignores_a_sipi() {
    probe "$1" 4 -DSIPI_ALONE
    [ "$1" = qemu ] || switched_off
    says 03
}

an_irq_0_is_waiting() {
    probe "$1" 1 -DPENDING
    [ "$1" = qemu ] || switched_off
    says 1
}

# At a triple fault QEMU ends, and so does Bochs unless it is told to start again; then it does.
a_bsp_that_is_reset_resets_the_machine() {
    probe "$1" 4 -DRESETS=init_self
    says a
    [ "$1" = qemu ] || grep -q 'exception with no resolution' "$scratch/log" ||
        fail "Bochs saw no triple fault"
}

a_reset_in_bochs_starts_the_machine_anew() {
    sed 's/reset_on_triple_fault=0/reset_on_triple_fault=1/' bochsrc > "$scratch/bochsrc"
    bochsrc=$scratch/bochsrc
    nasm -f bin -Ibuild/kernel/ -DRESETS=init_self tests/e2e/firmware_probe.asm -o "$scratch/probe"
    bochs_by_firmware 4 64 "$scratch/probe" c c c # on from the reset, and from the probe's own stop
    switched_off
    says ab
}

an_ap_at_the_reset_vector_halts() {
    probe "$1" 4 -DRESETS=init_all_others "-DTHEN=$2"
    says ac
}

# bytes OFFSET LENGTH [OPTION...]: of the memory, as od shows them.
bytes() {
    offset=$1 length=$2
    shift 2
    od -An -v -j $((offset)) -N $((length)) "$@" "$scratch/memory"
}

the_madt_has_an_order_of_its_own() {
    probe "$1" "$2"
    case $2 in
        1) order="0 (1)" ;;
        2) order="0 (2) 1" ;;
        3) order="0 (3) 2 1" ;;
        4) order="0 (4) 2 3 1" ;;
        8) order="0 (8) 2 3 4 5 6 7 1" ;;
    esac
    madt=$(grep -abo APIC "$scratch/memory" | sed -n '$s/:.*//p')
    length=$(bytes $((madt + 4)) 4 -tu4)
    # Its 44 bytes of header, then entries: type, length; a processor's ID is at 3, its flags at 4.
    bytes "$madt" "$length" -tu1 -w1 | awk '
        { byte[NR - 1] = $1; sum += $1 }
        END {
            for (at = 44; at < NR && byte[at + 1] > 0; at += byte[at + 1]) {
                if (byte[at] != 0) continue
                id = byte[at + 3]
                order = order (byte[at + 4] ? " " id : " (" id ")")
            }
            print substr(order, 2) (sum % 256 ? ", and a wrong checksum" : "")
        }' > "$scratch/order"
    echo "$order" > "$scratch/expected"
    same "$scratch/expected" "$scratch/order" "the order of the IDs (those switched off in brackets)"
}

low_memory_is_the_same_in_both() {
    for engine in qemu bochs; do
        probe $engine 4
        head -c $((0xa0000)) "$scratch/memory" > "$scratch/$engine"
    done
    cmp "$scratch/qemu" "$scratch/bochs" || fail "they differ"
}

low_memory_is_as_decided() {
    probe qemu 4
    bytes 0 0x400 -tx4 -w4 | sort | uniq -c | sed 's/^ *//' > "$scratch/found"
    bytes 0x500 0x9f700 -tx1 -w4 | sort -u >> "$scratch/found"
    { echo "253  f000ff53"; echo "3  f000ff54"; echo " f9 fa f4 fa"; } > "$scratch/expected"
    same "$scratch/expected" "$scratch/found" "vectors, and the pattern up to 0x9fc00"
}

# the_pattern_stops_code BITS: wherever it begins, STC and CLI are all there is before a HLT.
the_pattern_stops_code() {
    probe qemu 1
    for offset in 0 1 2 3; do
        tail -c +$((0x7001 + offset)) "$scratch/memory" | head -c 4 > "$scratch/code"
        ndisasm -b "$1" "$scratch/code" | awk '{ print $3 } $3 == "hlt" { exit }' | tr '\n' ' '
        echo
    done > "$scratch/found"
    printf '%s\n' 'stc cli hlt ' 'cli hlt ' 'hlt ' 'cli stc cli hlt ' > "$scratch/expected"
    same "$scratch/expected" "$scratch/found" "what a CPU executes from byte 0, 1, 2, 3 on"
}

the_vectors_lead_to_an_iret_or_a_hlt() {
    [ "$(od -An -tx1 -j $((0xff53)) -N 2 build/firmware.bin)" = " cf f4" ] || fail "no IRET and HLT there"
    [ "$(wc -c < build/firmware.bin)" = 65536 ] || fail "the ROM is not 64 KiB"
}

there_is_no_kernel() {
    refuses 1 "there is no kernel with a PVH note at 1 MiB" -bios build/firmware.bin
}

# a_timer_that_does_not_rest PERIOD: of so many ticks of the PIT. One of its interrupts comes between
# the kernel's telling the controllers to forget the old ones and its starting the timer anew.
a_timer_that_does_not_rest() {
    nasm -f bin -Ibuild/kernel/ -Dtimer_period="$1" firmware/firmware.asm -o "$scratch/firmware"
    qemu pc 4 64 rom icount -bios "$scratch/firmware" -device loader,file=build/kernel.elf
    complete_boot 4
}
