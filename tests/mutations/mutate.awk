# mutate.awk: every systematic change of one solution file. Prints a line for each, or one of them.
#
#   awk -v part=PART -v bits=FILE -f mutate.awk FILE SOLUTION            lines ID|WHAT
#   awk -v part=PART -v bits=FILE -v want=ID -f mutate.awk FILE SOLUTION   the file, so changed
#
# A statement is an instruction of NASM, or of C++ what ends in a semicolon, between the student's
# marks. Each is left out ("drop"), and changes places with the next ("swap"), as long as no label
# stands between them. FILE names the constants, each of whose bits is turned over ("bit").

FILENAME == bits {
    if (!/^#/ && split($0, row, "|") == 5 && row[1] == part) {
        ++constants
        name[constants] = row[2]
        text[constants] = row[3]
        changed[constants] = row[4]
        range[constants] = row[5]
    }
    next
}

{ line[++lines] = $0 }

/--- student code ends ---/ { inside = 0 }
inside { mine[lines] = 1 }
inside && !/^ *(;|\/\/|$)/ {
    if (/^ *[.a-z0-9_]+:$/ || /^bits /) {
        ++block
    } else if (!/^ *const(expr)? /) {
        if (!open)
            begin[++statements] = lines
        in_block[statements] = block
        end[statements] = lines
        open = assembly ? 0 : !/;( *\/\/.*)?$/
    }
}
/--- student code begins ---/ { inside = 1; ++block }
FNR == 1 { assembly = FILENAME ~ /\.asm$/ }

function said(s,   words, i) {
    words = ""
    for (i = begin[s]; i <= end[s]; ++i) {
        gsub(/^ +| *(;|\/\/).*$/, "", line[i])
        words = words (words == "" ? "" : " ") line[i]
    }
    return words
}

function print_lines(from, to,   i) {
    for (i = from; i <= to; ++i)
        print line[i]
}

# Without statement `s`, or with it after its neighbour.
function drop(s) {
    print_lines(1, begin[s] - 1)
    print_lines(end[s] + 1, lines)
}
function swap(s) {
    print_lines(1, begin[s] - 1)
    print_lines(begin[s + 1], end[s + 1])
    print_lines(begin[s], end[s])
    print_lines(end[s + 1] + 1, lines)
}

# In every place of constant `c`, its bit `b` turned over.
function turn(c, b,   i, rest, at, done) {
    gsub(/@/, hex(b), changed[c])
    for (i = 1; i <= lines; ++i) {
        rest = line[i]
        done = ""
        while (mine[i] && (at = index(rest, text[c])) != 0) {
            done = done substr(rest, 1, at - 1) changed[c]
            rest = substr(rest, at + length(text[c]))
        }
        print done rest
    }
}

function hex(b,   digits, i) {
    digits = substr("1248", b % 4 + 1, 1)
    for (i = 4; i <= b; i += 4)
        digits = digits "0"
    return "0x" digits
}

function two(n) { return sprintf("%02d", n) }

END {
    for (s = 1; s <= statements; ++s) {
        if (want == "drop-" two(s)) { drop(s); exit }
        if (want == "swap-" two(s)) { swap(s); exit }
    }
    for (c = 1; c <= constants; ++c) {
        split(range[c], ends, "-")
        for (b = ends[1] + 0; b <= ends[2]; ++b)
            if (want == "bit-" name[c] "-" two(b)) { turn(c, b); exit }
    }
    if (want != "")
        exit 1

    for (s = 1; s <= statements; ++s)
        what[s] = said(s)
    for (s = 1; s <= statements; ++s)
        print "drop-" two(s) "|without " what[s]
    for (s = 1; s < statements; ++s)
        if (in_block[s] == in_block[s + 1])
            print "swap-" two(s) "|" what[s + 1] " before " what[s]
    for (c = 1; c <= constants; ++c) {
        split(range[c], ends, "-")
        for (b = ends[1] + 0; b <= ends[2]; ++b)
            print "bit-" name[c] "-" two(b) "|" text[c] ", bit " b
    }
}
