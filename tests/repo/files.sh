# What lies in the tree, and how its files look.

in_a_clone

# The folders, and what may lie in each; a file that none of these describes is a stray.
test_no_stray_files() {
    project_files | grep -vE \
        -e '^(\.ci/run|\.clang-format|\.clang-tidy|\.editorconfig|\.gitattributes|\.shellcheckrc|\.gitignore|LICENSE|Makefile|bochsrc|Dockerfile|\.dockerignore|\.devcontainer/devcontainer\.json)$' \
        -e '^(README|CONTRIBUTING)\.md$' \
        -e '^kernel/kernel\.ld$' \
        -e '^(kernel|trampoline|firmware|checker|bench|tools)/([a-z0-9_]+/)*[a-z0-9_]+\.(h|cc|asm|inc)$' \
        -e '^checker/(report/page\.css|classroom/class\.(css|js))$' \
        -e '^labs/[1-6]-[a-z-]+/(README\.md|lab\.toml)$' \
        -e '^(labs|solutions)/[1-6]-[a-z-]+/[a-z0-9_]+\.(cc|asm)$' \
        -e '^docs/([a-z]+/)*([0-9]{4}-)?[a-z0-9-]+\.md$' \
        -e '^docs/(Doxyfile|(causes|walkthroughs)/README\.md)$' \
        -e '^docs/site/[a-z]+\.(awk|css|html|txt)$' \
        -e '^docs/[a-z]+\.schema\.json$' \
        -e '^(checker/)?compile_flags\.txt$|^\.vscode/(tasks|launch)\.json$' \
        -e '^mk/[a-z]+\.(mk|cfg)$' \
        -e '^tools/([a-z_]+\.sh|debug\.gdb|classroom\.yml)$' \
        -e '^tools/gradescope/[a-z_]+\.(sh|jq|json)$' \
        -e '^tests/[a-z_0-9/]+\.(sh|awk|py|cc|h|mk|txt|asm|cfg)$' \
        -e '^tests/submissions/[1-6]-[a-z-]+/([a-z0-9-]+\.case|(prefixes|above-starter)\.expected)$' \
        -e '^tests/submissions/pairs\.expected$' \
        -e '^tests/hostile/[a-z0-9-]+\.case$' \
        -e '^tests/classroom/clicks\.js$' \
        -e '^tests/fixtures/' | empty "files that belong nowhere"
}

test_scripts_are_executable_and_nothing_else_is() {
    git -c safe.directory='*' ls-files -s | sed -n 's/^100755 [^\t]*\t//p' | sort > "$scratch/executable"
    project_files | xargs awk 'FNR == 1 && /^#!/ { print FILENAME } { nextfile }' | sort > "$scratch/scripts"
    same "$scratch/executable" "$scratch/scripts" "modes do not fit the first lines"
}

test_text_has_no_stray_spaces() {
    project_files ':!tests/fixtures' | { xargs grep -IHnP '\r$|[ \t]+$' || true; } |
        empty "carriage returns, or spaces at the end of a line"
    project_files ':!tests/fixtures' ':!Makefile' ':!*.mk' | { xargs grep -IHnP '\t' || true; } |
        empty "tabs"
}

test_text_ends_with_a_newline() {
    project_files ':!tests/fixtures' | while read -r file; do
        [ -z "$(tail -c 1 "$file")" ] || echo "$file"
    done | empty "no newline at the end"
}

# About 200 lines hold one idea. Some files hold a table, or many small tests of one thing; in the checker, a thing
# that one looks for may take 300.
test_files_are_short() {
    project_files '*.h' '*.cc' '*.asm' '*.inc' '*.sh' '*.mk' '*.md' '*.toml' Makefile |
        grep -v ^tests/fixtures | xargs wc -l | while read -r lines file; do
        limit=220
        case $file in
            total | docs/mutants.md) continue ;; # the page has a line for each mutant
            tests/unit/* | *README.md | checker/*) limit=300 ;;
            kernel/x86/apic.h | kernel/instructions.h) limit=250 ;;
        esac
        [ "$lines" -le $limit ] || echo "$file: $lines lines, more than $limit"
    done | empty "files that hold more than one idea"
}
