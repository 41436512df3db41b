# What the project's words must not be.

in_a_clone

project_text() { project_files ':!tests/repo/words.sh' | xargs grep -I "$@" || true; }

test_no_paths_of_somebodys_machine() {
    project_text -nE '(^|[^A-Za-z0-9_.])(/work/|/home/[a-ln-z]|/root/|/Users/|/tmp/[A-Za-z0-9])' |
        empty "paths that exist on one machine only"
}

# apt knows where packages come from; the project does not say.
test_no_package_registries() {
    project_text -niE '(deb\.debian\.org|snapshot\.debian|archive\.ubuntu\.com|pypi\.|npmjs|crates\.io|rubygems|proxy\.golang)' |
        empty "hosts of package registries"
}

test_nothing_left_to_do_in_finished_code() {
    project_files kernel trampoline firmware checker solutions bench tools mk Makefile | xargs grep -nE '\b(TODO|FIXME|XXX|HACK)\b' |
        grep -v TODO_ > "$scratch/found" || true
    empty "marks of unfinished work" < "$scratch/found"
}

test_no_conflict_marks() {
    project_text -nE '^(<<<<<<<|>>>>>>>|=======$)' | empty "marks of a merge"
}
