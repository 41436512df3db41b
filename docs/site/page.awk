# Doxygen's filter for a page of Markdown: the page gets a name by its path, so that its address is known;
# links to other pages lead to their names; and a file or folder of the sources that is named in
# backquotes becomes a link, and so does a cause. `files` is a list that tools/site.sh has made: PATH
# REFERENCE, or ID REFERENCE; `causes` is its list of causes, which goes where a page asks for it.

# name(PATH): docs/the-way-of-an-ap.md is the_way_of_an_ap, labs/2-gdt/README.md labs_2_gdt.
function name(path) {
    sub(/\.md$/, "", path)
    sub(/^docs\//, "", path)
    sub(/\/README$/, "", path)
    gsub(/[^A-Za-z0-9]+/, "_", path)
    return path
}

# from_here(LINK): the path from the project's root of what this page calls LINK.
function from_here(link,    path) {
    path = folder link
    while (sub(/[^\/]+\/\.\.\//, "", path)) continue
    return path
}

function with_links(line,    done, target) {
    while (match(line, /\]\([^):]+\.md\)/)) {
        target = from_here(substr(line, RSTART + 2, RLENGTH - 3))
        done = done substr(line, 1, RSTART) (target == main_page ? "(index.html)" : "(@ref " name(target) ")")
        line = substr(line, RSTART + RLENGTH)
    }
    return done line
}

# What is no code: `::` and #PF there would be links to nowhere.
function plain(text) { gsub(/::/, "`::`", text); gsub(/#[A-Z][A-Z]/, "\\\\&", text); return text }

# A cell of a table that holds a cause and nothing else.
function with_causes(row,    cells, count, i, done) {
    count = split(row, cells, / \| /)
    for (i = 1; i <= count; ++i) {
        if (cells[i] in reference && cells[i] ~ /^[a-z0-9-]+$/) cells[i] = "[" cells[i] "](@ref " reference[cells[i]] ")"
        done = done (i > 1 ? " | " : "") cells[i]
    }
    return done
}

# Of a page about a cause: a line of its head.
function of_head(line,    key, value, folder_of_lab) {
    key = line
    sub(/^- /, "", key)
    sub(/:.*/, "", key)
    value = substr(line, length(key) + 5)
    if (key == "lab") { lab = value; return "" }
    if (key == "case") return "- Shown by `" value "`"
    if (key == "not") return "- Not to be confused with `" value "`"
    if (lab == "") return "- Handout of the lab that is judged: " value
    ("ls -d labs/" lab "-*") | getline folder_of_lab
    return "- Lab " lab ", [" value "](@ref " name(folder_of_lab "/README.md") ")"
}

function with_sources(line,    done, path, before) {
    while (match(line, /`[^`]+`/)) {
        path = substr(line, RSTART + 1, RLENGTH - 2)
        before = substr(line, 1, RSTART - 1)
        done = done plain(before)
        sub(/\/$/, "", path)
        if (path in reference && before !~ /\[$/) done = done "[" substr(line, RSTART + 1, RLENGTH - 2) "](@ref " reference[path] ")"
        else done = done substr(line, RSTART, RLENGTH)
        line = substr(line, RSTART + RLENGTH)
    }
    return done plain(line)
}

BEGIN {
    main_page = "docs/index.md"
    while ((getline line < files) > 0) { split(line, word, " "); reference[word[1]] = word[2] }
}
FNR == 1 {
    here = FILENAME
    sub(root, "", here)
    folder = here
    sub(/[^\/]*$/, "", folder)
    in_head = folder == "docs/causes/" && here !~ /README/
}
/^ *```/ { fenced = !fenced; print; next }
fenced { print; next }
FNR == 1 && /^# / && !/\{#/ && here != main_page { print $0 " {#" name(here) "}\n\n[TOC]"; next }
/^## / { in_head = 0 }
/^<!-- causes -->$/ { while ((getline line < causes) > 0) print line; next }
in_head && /^- / { line = of_head($0); if (line) print line; next }
/^\| / { $0 = with_causes(substr($0, 1, length($0) - 2)) " |" }
{ print /^#+ / ? with_links($0) : with_sources(with_links($0)) }
