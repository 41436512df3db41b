# The complete kernel boots the same wherever it is booted.
. tests/machines.sh

list() {
    for machine in pc q35; do
        for cpus in 1 2 3 4 8 32; do
            echo "in_qemu $machine $cpus 256 elf icount"
            # 32 threads on two cores would only measure the host.
            [ "$cpus" -gt 8 ] || echo "in_qemu $machine $cpus 256 elf threads"
        done
        for memory in 64 4096; do echo "in_qemu $machine 4 $memory elf icount"; done
        # GRUB has its own map of the memory; it takes a second, and knows nothing of CPUs.
        for memory in 64 256 4096; do echo "in_qemu $machine 4 $memory iso icount"; done
        echo "in_qemu $machine 8 256 iso threads"
    done
    for cpus in 1 2 4 8; do echo "in_bochs $cpus 64"; done
    echo "in_bochs 4 256"
    echo "in_qemu_with_sparse_ids"
    for cpus in 4 32; do
        for loader in elf iso; do echo "again_the_same $cpus $loader"; done
    done
}

in_qemu() { boots_in_qemu "$@"; }

in_bochs() {
    bochs "$@"
    complete_boot "$1"
}

# Three cores a socket: their ids are 0 1 2 4 5 6.
in_qemu_with_sparse_ids() {
    qemu pc 6,sockets=2,cores=3 64 elf icount
    complete_boot 6
}

# again_the_same CPUS LOADER: -icount makes a run repeatable, to the letter.
again_the_same() {
    qemu pc "$1" 128 "$2" icount
    mv "$scratch/serial" "$scratch/first"
    for again in 2 3; do
        qemu pc "$1" 128 "$2" icount
        same "$scratch/first" "$scratch/serial" "run $again differs from the first"
    done
}
