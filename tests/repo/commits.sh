# The subjects of the commits: `area: Imperative sentence`, at most 72 characters, no full stop.

in_a_clone

# subjects: of all commits but merges.
subjects() { git -c safe.directory='*' log --no-merges --format=%s; }

test_subjects_are_short() { subjects | awk 'length > 72' | empty "more than 72 characters"; }

test_subjects_name_an_area_and_what_was_done() {
    subjects | grep -vE '^[a-z0-9_]+(, [a-z0-9_]+)*: [A-Z][a-z]+[a-zA-Z-]*,? .*[^.]$' |
        empty "not 'area: Imperative sentence'"
}

# An area is a folder, or something whose files lie in the root.
test_areas_exist() {
    subjects | sed 's/:.*//' | tr ',' '\n' | tr -d ' ' | sort -u | while read -r area; do
        case $area in build | ci | kernel | labs | solutions | tests | docs | readme | setup) continue ;; esac
        [ -n "$(git -c safe.directory='*' ls-files "$area/*" "*/$area/*")" ] || echo "$area"
    done | empty "areas that are no folder"
}

test_subjects_begin_with_an_imperative() {
    subjects | sed 's/^[^:]*: //' | grep -E '^[A-Z][a-z]*(ed|ing|s) ' |
        grep -vE '^(Pass|Address|Process|Focus|Discuss|Need|Feed|Bring|String|Embed|Shed|Express|Cross|Press|Guess|Miss|Access|Bless|Dress|Toss|Wing|Ring|Sing|Exceed|Proceed|Seed|Speed|Read) ' |
        empty "no imperative"
}
