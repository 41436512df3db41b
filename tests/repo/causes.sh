# The catalogue of causes: docs/causes/ beside the code, the cases and the handouts.

test_every_id_has_a_page_and_every_page_an_id() { python3 tests/repo/causes.py ids | empty "the code, and docs/causes/"; }

test_each_has_a_case_and_one_that_is_not_it() { python3 tests/repo/causes.py cases | empty "docs/causes/, and the cases"; }

test_the_sections_of_handouts_exist() { python3 tests/repo/causes.py handouts | empty "docs/causes/, and the handouts"; }

test_they_fit_into_a_report() { python3 tests/repo/causes.py texts | empty "the texts of docs/causes/"; }

# One page of each kind of mistake, and each is found.
test_what_does_not_fit_is_found() {
    cp -R docs labs tests checker "$scratch/"
    ln -s "$PWD/build" "$scratch/build"
    causes=$PWD/tests/repo/causes.py
    cd "$scratch"
    mv docs/causes/wp-missing.md docs/causes/no-such-cause.md
    sed -i 's,5-nx-wp/wp-only,5-nx-wp/no-such-case,; s,^- not: .*,- not: 5-nx-wp/mailbox-written,' docs/causes/nxe-missing.md
    sed -i 's,^- handout: .*,- handout: No such section,' docs/causes/pae-missing.md
    sed -i 's,^## Why,## Because,' docs/causes/cr3-wrong.md
    for what in ids cases handouts texts; do python3 "$causes" $what; done > found
    for words in 'wp-missing: the code can say it' 'no-such-cause.md: the code never says it' \
        'case 5-nx-wp/no-such-case: there is none' 'not 5-nx-wp/mailbox-written: is called' \
        'pae-missing.md: no such section' 'cr3-wrong.md: its headings are'; do
        grep -qF "$words" found || { cat found; fail "went by: $words"; }
    done
}
