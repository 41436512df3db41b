# A file of NASM, a linker script, or what `make show` has printed, as a page: comments are comments, and
# the name of a file, or one that another file makes global, leads there. The files `files` and `globals`
# say NAME REFERENCE; -v path= is the title, -v reference= the page's own, -v shown=yes has no line numbers.

function escaped(text) {
    gsub(/&/, "\\&amp;", text)
    gsub(/</, "\\&lt;", text)
    gsub(/>/, "\\&gt;", text)
    return text
}

# linked(CODE): with links on the names that it takes from elsewhere.
function linked(code,    done, word) {
    while (match(code, /[A-Za-z_][A-Za-z0-9_.\/-]*/)) {
        word = substr(code, RSTART, RLENGTH)
        done = done escaped(substr(code, 1, RSTART - 1))
        if (word in place && place[word] != reference) done = done "<a href=\"" place[word] ".html\">" word "</a>"
        else done = done word
        code = substr(code, RSTART + RLENGTH)
    }
    return done escaped(code)
}

BEGIN {
    while ((getline line < files) > 0) { split(line, word, " "); if (word[1] ~ /\.(asm|inc|ld)$/) place[word[1]] = word[2] }
    while ((getline line < globals) > 0) { split(line, word, " "); place[word[1]] = word[2] }
    print "# " path " {#" reference "}\n"
    if (shown)
        print "What an AP executes from its SIPI to C++: address, bytes, instruction, and the source line that it came from.\n" \
            "`make show` prints this, and `make show LAB=n` with what you have of lab n.\n"
    print "@htmlonly"
    print "<div class=\"fragment assembly\">"
}
{
    begin = path ~ /\.ld$/ ? 0 : index($0, ";")
    comment = begin ? "<span class=\"comment\">" escaped(substr($0, begin)) "</span>" : ""
    code = linked(begin ? substr($0, 1, begin - 1) : $0)
    if (shown && $0 ~ /^[a-z_0-9]+: /) code = "<strong>" code "</strong>"
    if (shown && $0 ~ /-bit code --$/) code = "<span class=\"keyword\">" code "</span>"
    if (shown && $0 ~ /^8[0-9a-f]+  /) code = "<span class=\"lineno\">" substr(code, 1, 4) "</span>" substr(code, 5)
    number = shown ? "" : sprintf("<span class=\"lineno\">%5d</span> ", NR)
    printf "<div class=\"line\" id=\"l%05d\">%s%s%s</div>\n", NR, number, code, comment
}
END { print "</div>\n@endhtmlonly" }
