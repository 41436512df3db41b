# Each starter shows what its lab.toml documents, in both engines, by whichever firmware the machine
# starts; and not only once: RUNS times, 2 by itself, for the sake of time.

# grades SUBMISSION CPUS WAY FILE [OPTION...]: all labs in $engines, or as told; but for the time that it took.
engines=both
grades() {
    submission=$1 cpus=$2 way=$3 file=$4
    shift 4
    build/sipi grade --submission "$submission" --cpus "$cpus" --boot "$way" --engine "$engines" --format json "$@" \
        > "$scratch/json" 2> "$scratch/said" || { cat "$scratch/said"; fail "sipi grade: status $?"; }
    grep -v '"seconds"' "$scratch/json" > "$file"
}

# documented CPUS WAY FILE [OPTION...]: in each of the engines, each lab is.
documented() {
    grades labs "$@"
    labs=$(sed -n 's/^ *"lab": \([0-9]*\),.*/\1/p' "$3" | sort -u | wc -l)
    found=$(grep -c '"documented": true' "$3" || true)
    case $engines in both) runs=$((labs * 2)) ;; *) runs=$labs ;; esac
    [ "$found" = "$runs" ] && [ "$runs" != 0 ] && return
    cat "$3"
    fail "documented: $found of $runs runs"
}

# documented_each_time CPUS
documented_each_time() {
    for run in $(seq "${RUNS:-2}"); do
        documented "$1" rom "$scratch/$run"
        same "$scratch/1" "$scratch/$run" "run $run is another than the first"
    done
}

test_starters_die_as_documented_with_2_cpus() { documented_each_time 2; }
test_starters_die_as_documented_with_4_cpus() { documented_each_time 4; }
test_starters_die_as_documented_by_seabios() {
    engines=qemu
    documented 4 elf "$scratch/elf"
}
# GRUB takes seconds in Bochs.
test_starters_die_as_documented_by_grub() {
    engines=qemu
    documented 4 iso "$scratch/iso"
    engines=both
    documented 4 iso "$scratch/iso" --lab 5
}

# everything CPUS WAY [OPTION...]: all points, of all labs or of those that the options name.
everything() {
    cpus=$1 way=$2
    shift 2
    grades solutions "$cpus" "$way" "$scratch/grade" "$@"
    earned=$(sed -n 's/^  "points": //p' "$scratch/grade")
    possible=$(sed -n 's/^  "max_points": //p' "$scratch/grade")
    case $earned in
        '' | 0, | 0) ;;
        "$possible") return ;;
    esac
    cat "$scratch/grade"
    fail "not all points"
}
test_solutions_get_everything_with_2_cpus() { everything 2 rom; }
test_solutions_get_everything_with_4_cpus() { everything 4 rom; }
test_solutions_get_everything_by_seabios() {
    engines=qemu
    everything 4 elf
}
# The finished labs are one kernel.
test_solutions_get_everything_by_grub() { everything 4 iso --lab 6; }
