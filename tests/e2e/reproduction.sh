# Each starter shows what its lab.toml documents, in both engines; and not only once.

# grades SUBMISSION CPUS FILE: all labs, but for the time that it took.
grades() {
    build/sipi grade --submission "$1" --cpus "$2" --format json > "$scratch/json" 2> "$scratch/said" ||
        { cat "$scratch/said"; fail "sipi grade: status $?"; }
    grep -v '"seconds"' "$scratch/json" > "$3"
}

# documented_ten_times CPUS
documented_ten_times() {
    labs=$(find labs -name lab.toml | wc -l)
    for run in 1 2 3 4 5 6 7 8 9 10; do
        grades labs "$1" "$scratch/$run"
        found=$(grep -c '"documented": true' "$scratch/$run" || true)
        [ "$found" = $((labs * 2)) ] || { cat "$scratch/$run"; fail "documented: $found of $((labs * 2)) runs"; }
        same "$scratch/1" "$scratch/$run" "run $run is another than the first"
    done
}

test_starters_die_as_documented_with_2_cpus() { documented_ten_times 2; }
test_starters_die_as_documented_with_4_cpus() { documented_ten_times 4; }

test_solutions_get_everything() {
    grades solutions 4 "$scratch/grade"
    grep -q '^  "points": 100,' "$scratch/grade" || { cat "$scratch/grade"; fail "not 100 points"; }
}
