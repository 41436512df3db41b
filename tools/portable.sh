#!/bin/sh
# portable.sh PROGRAM FOLDER: puts the program into the folder, as sipi, and into FOLDER/lib the libraries
# that it was linked with, each beside what its makers ask whoever passes it on to say.
#
# Not the C and C++ libraries, which a system with a compiler has; they must not be older than those
# of Ubuntu 22.04, and the program must not ask for more.
set -eu
program=$1
folder=$2
newest_glibc=2.35
newest_glibcxx=3.4.30

rm -rf "${folder:?}/lib"
mkdir -p "$folder/lib"
ldd "$program" | awk '$2 == "=>" { print $3 }' |
    grep -vE '/(libc|libm|libstdc\+\+|libgcc_s|libpthread|libdl|librt)\.so' | while read -r library; do
    cp -L "$library" "$folder/lib/"
    package=$(dpkg -S "*/$(basename "$library")" | head -n 1 | cut -d: -f1)
    cp "/usr/share/doc/$package/copyright" "$folder/lib/$package.copyright"
done
chmod -x "$folder"/lib/*

# asked_for PREFIX NEWEST: fails if somebody asks for a newer one.
asked_for() {
    newest=$(objdump -T "$program" "$folder"/lib/*.so* | grep -o "$1_[0-9.]*" | sort -uV | tail -n 1)
    [ "$(printf '%s\n' "$1_$2" "$newest" | sort -V | tail -n 1)" = "$1_$2" ] || {
        echo "portable: the program or one of its libraries asks for $newest; systems with $1_$2 have to do" >&2
        exit 1
    }
}
asked_for GLIBC $newest_glibc
asked_for GLIBCXX $newest_glibcxx
mv "$program" "$folder/sipi"
