# Each starter shows what its lab.toml documents, in both engines, by whichever firmware the machine
# starts; and not only once: RUNS times, 2 by itself, for the sake of time.

# grades SUBMISSION CPUS WAY FILE [OPTION...]: all labs, or as told; but for the time that it took.
grades() {
    submission=$1 cpus=$2 way=$3 file=$4
    shift 4
    engine=both
    [ "$way" != elf ] || engine=qemu
    build/sipi grade --submission "$submission" --cpus "$cpus" --boot "$way" --engine $engine --format json "$@" \
        > "$scratch/json" 2> "$scratch/said" || { cat "$scratch/said"; fail "sipi grade: status $?"; }
    grep -v '"seconds"' "$scratch/json" > "$file"
}

# documented CPUS WAY FILE: in each engine that can, all labs are.
documented() {
    grades labs "$1" "$2" "$3"
    runs=$(find labs -name lab.toml | wc -l)
    [ "$2" = elf ] || runs=$((runs * 2))
    found=$(grep -c '"documented": true' "$3" || true)
    [ "$found" = "$runs" ] || { cat "$3"; fail "documented: $found of $runs runs"; }
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
test_starters_die_as_documented_by_seabios() { documented 4 elf "$scratch/elf"; }
test_starters_die_as_documented_by_grub() { documented 4 iso "$scratch/iso"; }

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
test_solutions_get_everything_by_seabios() { everything 4 elf; }
# The finished labs are one kernel, and GRUB takes seconds in Bochs.
test_solutions_get_everything_by_grub() { everything 4 iso --lab 6; }
