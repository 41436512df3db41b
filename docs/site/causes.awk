# The list of causes, by lab, for the site: of labs/*/README.md the titles, of docs/causes/*.md the rest.
FNR == 1 && FILENAME ~ /^labs\// { number = substr(FILENAME, 6, 1); title[number] = substr($0, 3); last = number; next }
FNR == 1 { id = $2; sub(/:$/, "", id); headline[id] = substr($0, length(id) + 5); ids[++count] = id; next }
/^## / { id = "" }
id && /^- lab: / { lab[id] = $3 }

function list(heading, number,    i, reference) {
    print "## " heading "\n\n| cause | what it is |\n|---|---|"
    for (i = 1; i <= count; ++i) {
        if (lab[ids[i]] != number) continue
        reference = ids[i]
        gsub(/-/, "_", reference)
        print "| [" ids[i] "](@ref causes_" reference ") | " headline[ids[i]] " |"
    }
    print ""
}

END {
    for (number = 1; number <= last; ++number) list(title[number], number)
    list("Any lab, any kernel", "")
}
