# A machine or a loader that will not do is told so on the serial line, not met with silence.
. tests/machines.sh

kernel() { refuses 1 "$1" -kernel build/kernel.elf -cpu "$2"; }

test_no_long_mode() { kernel 'this processor has no long mode' qemu32; }
test_no_long_mode_bit() { kernel 'this processor has no long mode' qemu64,-lm; }
test_no_nx() { kernel 'this processor has no NX' qemu64,-nx; }
test_no_apic() { kernel 'local APIC' qemu64,-apic; }
test_no_acpi() { refuses 1 'ACPI: the loader names no sound RSDP' -machine pc,acpi=off -kernel build/kernel.elf; }

# loader TEXT ENTRY EAX CASE: enters the kernel as a loader would that leaves what CASE describes.
loader() {
    entry=$(nm build/kernel.elf | sed -n "s/^0*\([0-9a-f]*\) . $2\$/0x\1/p")
    nasm -f elf64 -DENTRY="$entry" -DMAGIC="$3" -D"$4" tests/e2e/bad_loader.asm -o "$scratch/loader.o"
    ld -nostdlib -static -Ttext 0x2000000 -e entry "$scratch/loader.o" -o "$scratch/loader"
    refuses 1 "$1" -kernel "$scratch/loader" -device loader,file=build/kernel.elf
}

multiboot2() { loader "$1" multiboot2_entry 0x36d76289 "$2"; }
pvh() { loader "$1" pvh_entry 0 "$2"; }

test_multiboot2_wrong_magic() {
    loader 'multiboot2: eax is 0x2badb002, not the magic' multiboot2_entry 0x2badb002 NOTHING
}
test_multiboot2_no_information() { multiboot2 'multiboot2: the information' NOTHING; }
test_multiboot2_without_end() { multiboot2 'multiboot2: the information at 0x2000018 has no end tag' ENDLESS; }
test_multiboot2_without_memory_map() { multiboot2 'multiboot2: the memory map is empty' EMPTY_TAGS; }
test_pvh_no_information() { pvh 'PVH: the start information at 0x0 begins with' NOTHING; }
test_pvh_wrong_magic() { pvh 'begins with 0x0, not the magic' ZEROES; }
test_pvh_without_memory_map() { pvh 'PVH: there is no memory map' NO_MAP; }
test_pvh_memory_map_elsewhere() { pvh 'PVH: the memory map of 4 ranges at' MAP_ELSEWHERE; }
