# Submissions that were written to break, cheat or rob whoever grades them (tests/hostile/), judged in a
# sandbox beside good ones; what each comes to stands in its head. Some need what no text file has.

list() {
    echo all_of_them
    sed -n 's/^\(test_[a-z0-9_]*\)() .*/\1/p' "./$1"
}

# canaries: secrets that some try to read.
canaries() {
    mkdir -p build/e2e/canary
    echo CANARY_7731 > build/e2e/canary/text
    echo 'KEY=CANARY_7731' > build/e2e/canary/assignment
    echo '#error CANARY_7731' > build/e2e/canary/error
    echo 'This is CANARY_7731 and no instruction' > build/e2e/canary/words
    export SIPI_SECRET=CANARY_7731
}

# left_behind: what they might have left in this project: IPC objects, processes, large files.
left_behind() {
    tail -n +2 /proc/sysvipc/msg /proc/sysvipc/sem /proc/sysvipc/shm | grep -c '[0-9]'
    for each in /proc/[0-9]*; do
        if tr '\0' ' ' < "$each/cmdline" 2> "$scratch/gone" | grep -q "^sleep 7731 "; then echo "$each"; fi
    done
    ls build/e2e/ran 2> "$scratch/gone" || true
    find build/graded -size +8M
}

# All are judged within a minute of processor time and half a GiB for each program; nothing is left.
all_of_them() {
    canaries
    left_behind > "$scratch/before" || true
    status=0
    build/e2e/submissions --walls sandbox tests/hostile > "$scratch/said" || status=$?
    left_behind > "$scratch/after" || true
    echo "$(grep -c '^ok ' "$scratch/said") $(grep -c '^FAILED ' "$scratch/said")" > "$COUNTS"
    [ $status = 0 ] || { awk '/^ok /{shown = 0} /^FAILED /{shown = 1} shown' "$scratch/said"; fail "status $status"; }
    same "$scratch/before" "$scratch/after" "something is left behind"
}

# The test can fail: without walls the secrets show.
test_without_walls_secrets_show() {
    canaries
    for each in reads-a-file-by-gas reads-a-file-by-nasm reads-a-file-into-a-panic reads-a-file-into-the-trace \
        asks-whether-a-file-exists reads-solution-in-assembly reads-the-environment; do
        build/e2e/submissions --walls none "tests/hostile/$each.case" > "$scratch/said" 2>&1 || true
        grep -q '^FAILED' "$scratch/said" || { cat "$scratch/said"; fail "$each changes nothing"; }
    done
    build/e2e/submissions --walls none tests/hostile/reads-a-file-into-a-panic.case > "$scratch/said" || true
    grep -q 'panic.*CANARY_7731' "$scratch/said" || fail "nor does a panic show the secret"
}

# What a lab of bombs takes: at most 10 s of processor time and a GiB.
test_a_lab_of_bombs_is_over_soon() {
    build/e2e/submissions --unpack "$scratch/theirs" tests/hostile/bomb-symbols.case
    build/e2e/submissions --unpack "$scratch/other" tests/hostile/bomb-templates.case
    cp "$scratch/other/5-nx-wp/match_bsp.cc" "$scratch/theirs/5-nx-wp/"
    python3 - "$scratch/theirs" <<'PYTHON'
import resource, subprocess, sys
status = subprocess.run(["build/sipi", "grade", "--submission", sys.argv[1], "--lab", "5"],
                        stdout=subprocess.PIPE)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
assert b"0 of 20" in status.stdout, status.stdout
assert used.ru_utime + used.ru_stime < 10, used
assert used.ru_maxrss < 1 << 20, used
PYTHON
}

# theirs: lab 5 as it is right, to be changed by who asks.
theirs() {
    mkdir -p "$scratch/theirs" && cp -R solutions/5-nx-wp "$scratch/theirs/"
    file="$scratch/theirs/5-nx-wp/match_bsp.cc"
}
refused() {
    build/sipi grade --submission "$scratch/theirs" --lab 5 --engine qemu > "$scratch/said"
    grep -q 'build-error *0 of 20' "$scratch/said" || { cat "$scratch/said"; fail "not refused"; }
    grep -q "$1" "$scratch/said" || { cat "$scratch/said"; fail "not refused as $1"; }
}
test_a_symbolic_link_is_not_followed() {
    theirs && ln -sf "$PWD/solutions/5-nx-wp/match_bsp.cc" "$file"
    refused 'symbolic link'
}
test_a_linked_folder_is_not_followed() {
    theirs && rm -r "$scratch/theirs/5-nx-wp" && ln -s "$PWD/solutions/5-nx-wp" "$scratch/theirs/5-nx-wp"
    refused 'symbolic link'
}
test_a_link_to_a_device_is_not_followed() {
    theirs && ln -sf /dev/zero "$file"
    refused 'symbolic link'
}
test_a_folder_is_no_file() {
    theirs && rm "$file" && mkdir "$file"
    refused 'no regular file'
}
test_a_socket_is_no_file() {
    theirs && rm "$file"
    (cd "$scratch/theirs/5-nx-wp" && python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("match_bsp.cc")')
    refused 'no regular file'
}
test_a_file_of_a_tebibyte_is_too_large() {
    theirs && truncate -s 1T "$file"
    refused 'larger than'
}
