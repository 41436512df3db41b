# The tables of part-way mistakes in the handouts: each row is true because a case is.

# rows HANDOUT: of its table of part-way mistakes, without the head and what the starter does.
rows() {
    sed -n '/^## Part-way mistakes/,/^## Look inside/p' "$1" | grep '^| ' |
        grep -v -e '^| what you wrote' -e '^| nothing '
}

test_each_row_names_a_case_of_its_lab() {
    for handout in labs/*/README.md; do
        lab=$(basename "$(dirname "$handout")")
        rows "$handout" | while read -r row; do
            name=$(echo "$row" | sed -n 's/^|[^|]*<!-- \([^ ]*\) -->.*/\1/p')
            case=tests/submissions/$lab/${name#*-}.case
            [ "${name%%-*}" = "${lab%%-*}" ] && grep -qx 'kind: wrong' "$case" || echo "$handout: $row"
        done
    done | empty "rows without a wrong submission"
}

test_each_handout_has_such_a_table() {
    for handout in labs/*/README.md; do
        [ "$(rows "$handout" | wc -l)" -ge 3 ] || echo "$handout"
    done | empty "no table of part-way mistakes"
}
