# make doctor, on machines that lack something. Each is this one, seen through another PATH.
. tests/course.sh

# machine WITHOUT...: a folder with a link to every program of this machine but those; PATH is that alone.
machine() {
    mkdir "$scratch/bin"
    find /usr/local/bin /usr/bin /usr/sbin -maxdepth 1 ! -type d -exec ln -s -t "$scratch/bin" {} + 2> "$scratch/twice" || true
    for program in "$@"; do rm -f "$scratch/bin/$program"; done
    PATH=$scratch/bin
}

# pretend NAME LINE...: a program of that name, which comes first in PATH.
pretend() {
    mkdir -p "$scratch/first"
    program=$1
    shift
    printf '%s\n' '#!/bin/sh' "$@" > "$scratch/first/$program"
    set -- "$program"
    chmod +x "$scratch/first/$1"
    PATH=$scratch/first:${PATH#"$scratch/first:"}
}

# doctor STATUS LAST: what it says has the last line, is 80 columns wide, and it has installed nothing.
doctor() {
    pretend apt-get "echo \"\$@\" >> '$scratch/installed'"
    make_says "$1" "$2" doctor
    grep -v '^make: \*\*\*' "$scratch/said" | tail -n 1 | grep -qF "$2" || { cat "$scratch/said"; fail "the last line is another"; }
    awk 'length > 80' "$scratch/said" | grep -v -e '^To do: ' -e "$scratch" | empty "lines that are too long"
    [ ! -e "$scratch/installed" ] || fail "it installs: $(cat "$scratch/installed")"
}

# says TEXT...: and each of these.
says() { for text in "$@"; do grep -qE -e "$text" "$scratch/said" || { cat "$scratch/said"; fail "it does not say: $text"; }; done; }

test_a_sound_machine() {
    doctor 0 'All is well. To do: make check LAB=1'
    says '^  qemu +passes +[0-9.]+ s$' '^  bochs +passes +[0-9.]+ s$' '^  bochs +[23]\.[0-9]+ +/'
}

test_without_bochs_and_without_sudo() {
    machine bochs sudo
    pretend id '[ "$1" = -u ] && echo 1000 || echo somebody'
    doctor 2 'To do: ask who may be root here to run: apt-get install bochs'
    says '^  bochs +MISSING' '^  bochs +not tried +bochs is missing' '^  qemu +passes' '^Missing: bochs\.'
}

# And a Bochs that nobody built for debugging.
test_an_old_qemu_comes_first() {
    pretend qemu-system-x86_64 '[ "$1" != --version ] || { echo "QEMU emulator version 2.11.1(Debian)"; exit; }' \
        'echo "qemu: -icount: no" >&2; exit 1'
    pretend bochs 'echo "Bochs x86 Emulator 2.8"'
    doctor 2 "To do: put /usr/bin before $scratch/first in PATH: qemu-system-x86_64 is "
    says '^  qemu-system-x86_64 +2\.11\.1 ' 'is older than 5\.2' '^  qemu +FAILED' '^  bochs +FAILED'
    says '^A check by qemu fails: ' '^  bochs +2\.8 ' 'without its debugger'
}

# No check needs it.
test_without_grub_mkrescue() {
    machine grub-mkrescue
    doctor 0 'Labs can be checked here. To do, for the rest: '
    says '^  grub-mkrescue +MISSING' 'install grub-common$' '^  bochs +passes'
}

# Where there is no apt-get: by the names of that system.
test_other_systems() {
    machine qemu-system-x86_64 bochs apt-get sudo
    for system in 'dnf dnf install qemu-system-x86' 'pacman pacman -S qemu-system-x86'; do
        pretend "${system%% *}"
        tools/doctor.sh > "$scratch/said" && fail "all is well without emulators"
        says "^To do: ${system#* } bochs\$" '^  qemu +not tried'
        rm "$scratch/first/${system%% *}"
    done
    pretend uname '[ "$1" = -s ] && echo Darwin || echo arm64'
    tools/doctor.sh > "$scratch/said" && fail "all is well on a Mac"
    says '^Darwin, arm64' '^To do: take the container'
    make_says 2 'Sipi needs GNU make 4.2, and this is 3.81' MAKE_VERSION=3.81 doctor
}

# In a hand-out, where a blank and an apostrophe are in the path, and nothing of it was built yet.
test_in_a_hand_out() {
    folder="$scratch/Erika's own"
    make handout OUT="$folder"
    cd "$folder"
    doctor 0 'All is well. To do: make check LAB=1'
    says '^  checker +came along' '^  qemu +dies of it' '^  bochs +dies of it'
    ! grep -q 'MISSING' "$scratch/said" || fail "something is missing"
}
