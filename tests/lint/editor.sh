# Editors: what clangd is told, by compile_flags.txt, suits every file that somebody opens.

# silent FOLDER FILE...: clang++ says nothing of these files, with the flags that lie in that folder.
silent() {
    folder=$1
    shift
    for file in "$@"; do
        # shellcheck disable=SC2046 # a word each
        (cd "$folder" && clang++ $(cat compile_flags.txt) -fsyntax-only "$file" 2>&1) | empty "$file"
    done
}

test_clangd_is_silent_in_labs() { silent . labs/*/*.cc; }
test_clangd_is_silent_in_the_kernel() { silent . kernel/smp/per_cpu.cc trampoline/stage.cc; }
test_clangd_is_silent_in_the_checker() { silent checker look/look.cc; }

test_clangd_speaks_up() {
    echo 'int f(long l) { int i = l; { long i = 0; l = i; } return i; }' > "$scratch/wrong.cc"
    ! (silent . "$scratch/wrong.cc") > "$scratch/said" || fail "sees nothing wrong"
    grep -q 'Wshadow' "$scratch/said"
}

# Of a report, an editor finds the line to show.
test_the_editor_reads_reports() {
    ! build/sipi check --lab 1 --engine qemu > "$scratch/said" || fail "lab 1 is done"
    python3 - "$scratch/said" << 'END'
import json, re, sys
tasks = json.load(open(".vscode/tasks.json", encoding="utf-8"))["tasks"]
json.load(open(".vscode/launch.json", encoding="utf-8"))
pattern = [each for each in tasks[0]["problemMatcher"] if each != "$gcc" and each["owner"] == "sipi"][0]["pattern"]
found = [re.match(pattern["regexp"], line) for line in open(sys.argv[1], encoding="utf-8").read().split("\n")]
found = [each.group(pattern["file"], pattern["line"]) for each in found if each]
assert found == [("solutions/4-long-mode/long_mode.asm", "38")], found
END
}
