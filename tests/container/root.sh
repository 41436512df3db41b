#!/bin/sh
# root.sh FOLDER ROOT [SUITE]: what Dockerfile says, done in the folder ROOT by debootstrap and chroot, for where no
# container engine runs; then the hand-out in FOLDER is checked in there. As root. Not one of `make test`'s.
#
# ROOT is made if it is not there, and otherwise has to be a bare Debian. The COPY and RUN lines are followed; what
# FROM, USER and WORKDIR say stands below. The packages come from where this machine has its own.
set -eu
folder=$(readlink -f "$1") root=$(readlink -m "$2") suite=${3:-bookworm}
cd "$(dirname "$0")/../.."

if [ ! -e "$root/etc" ]; then
    mirror=$(apt-get indextargets --format '$(SITE)' | head -n 1)
    debootstrap --variant=minbase "$suite" "$root" "$mirror"
    cp /etc/apt/apt.conf.d/* "$root/etc/apt/apt.conf.d/"
fi

# inside COMMAND...: in the root, with /proc and /dev, as long as the command lasts.
inside() {
    unshare --mount sh -euc '
        mount --bind "$0" "$0"
        mount -t proc proc "$0/proc"
        mount --rbind /dev "$0/dev"
        mount -t tmpfs tmpfs "$0/tmp"
        for file in /etc/resolv.conf /etc/hosts; do cp "$file" "$0$file"; done
        exec chroot "$0" env -i PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME=/tmp TERM="${TERM:-dumb}" "$@"' "$root" "$@"
}

# A line that ends in \ goes on.
sed -e ':more' -e '/\\$/ { N; s/\\\n *//; b more }' Dockerfile > "$root/Dockerfile"
while read -r word words; do
    case $word in
        COPY)
            # shellcheck disable=SC2086 # a word each; the last is where they go
            set -- $words
            for file in "$@"; do to=$file; done
            mkdir -p "$root$to"
            for file in "$@"; do [ "$file" = "$to" ] || cp "$file" "$root$to"; done
            ;;
        RUN)
            echo "root: $words"
            inside sh -c "$words" < /dev/null
            ;;
    esac
done < "$root/Dockerfile"

# As who is asked for by USER, in a folder that is a student's.
work="$root/srv/sipi/Erika's own labs"
rm -rf "$work"
mkdir -p "$(dirname "$work")"
cp -a "$folder" "$work"
inside chown -R sipi: "/srv/sipi/Erika's own labs"
inside setpriv --reuid sipi --regid sipi --init-groups sh -c "cd \"/srv/sipi/Erika's own labs\" && make doctor"
begin=$(date +%s)
inside setpriv --reuid sipi --regid sipi --init-groups sh -c "cd \"/srv/sipi/Erika's own labs\" && make check LAB=1" || [ $? = 1 ]
echo "root: the first check took $(($(date +%s) - begin)) s"
