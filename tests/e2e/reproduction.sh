# Each starter shows what its lab.toml documents, in both engines; and not only once: RUNS times, 3 by
# itself, for the sake of time.

# grades SUBMISSION CPUS FILE: all labs, but for the time that it took.
grades() {
    build/sipi grade --submission "$1" --cpus "$2" --format json > "$scratch/json" 2> "$scratch/said" ||
        { cat "$scratch/said"; fail "sipi grade: status $?"; }
    grep -v '"seconds"' "$scratch/json" > "$3"
}

# documented_each_time CPUS
documented_each_time() {
    labs=$(find labs -name lab.toml | wc -l)
    for run in $(seq "${RUNS:-3}"); do
        grades labs "$1" "$scratch/$run"
        found=$(grep -c '"documented": true' "$scratch/$run" || true)
        [ "$found" = $((labs * 2)) ] || { cat "$scratch/$run"; fail "documented: $found of $((labs * 2)) runs"; }
        same "$scratch/1" "$scratch/$run" "run $run is another than the first"
    done
}

test_starters_die_as_documented_with_2_cpus() { documented_each_time 2; }
test_starters_die_as_documented_with_4_cpus() { documented_each_time 4; }

test_solutions_get_everything() {
    grades solutions 4 "$scratch/grade"
    grep -q '^  "points": 100,' "$scratch/grade" || { cat "$scratch/grade"; fail "not 100 points"; }
}
