# Read by debug.sh and bochs.sh: where each lab happens.

# place LAB: the function at which a debugger stops, and how many bits its first instructions have.
place() {
    case $1 in
        1) echo long_mode 32 ;;
        2) echo real_mode 16 ;;
        3) echo smp::start_ap 64 ;;
        4) echo protected_mode 32 ;; # the starter's own part is over with its first instruction
        5) echo smp::init_percpu 64 ;;
        6) echo smp::adopt_record 64 ;;
        *) echo kernel_main 64 ;;
    esac
}

# address ELF FUNCTION: where it begins, as 0x...
address() {
    nm -C "$1" | sed -E 's/\(.*\)$//' |
        awk -v name="$2" '$3 == name && !found { sub(/^0*/, "0x", $1); print $1; found = 1 }'
}

# first_instructions ELF FUNCTION BITS: the addresses of three.
first_instructions() {
    start=$(address "$1" "$2")
    case $3 in 16) mode=i8086 ;; 32) mode=i386 ;; *) mode=x86-64 ;; esac
    objdump -d -M $mode --no-show-raw-insn --start-address="$start" "$1" |
        awk -v start="${start#0x}:" '$1 == start { left = 3 } left-- > 0 { sub(/:/, "", $1); print "0x" $1 }'
}
