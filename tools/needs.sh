# Read by setup.sh and doctor.sh: what is needed from outside, what for, and which package has it.

# For what, a command or a file (or patterns for where systems put it), and the package's name in Debian and
# Ubuntu, Fedora, Arch. Of Fedora's and Arch's names none was tried. What follows is needed
#   build    to build the kernel, to check it and to boot it       debug    by `make debug`
#   cd       to make a CD with GRUB, and to boot it in Bochs       test     by `make test`, Debian alone
#   checker  to build the checker, where it has not come along     docs     by `make docs`, Debian alone
needs='
build    make                                make                 make                make
build    g++                                 g++                  gcc-c++             gcc
build    ld                                  binutils             binutils            binutils
build    nasm                                nasm                 nasm                nasm
build    bwrap                               bubblewrap           bubblewrap          bubblewrap
build    qemu-system-x86_64                  qemu-system-x86      qemu-system-x86     qemu-system-x86
build    /usr/share/*/bios-256k.bin          seabios              seabios-bin         seabios
build    /usr/share/qemu/linuxboot_dma.bin   qemu-system-data     qemu-system-x86     qemu-common
build    bochs                               bochs                bochs               bochs
build    /usr/lib*/bochs/plugins/libbx_term_gui.so,/usr/lib/*/bochs/plugins/libbx_term_gui.so bochs-term bochs bochs
cd       grub-mkrescue                       grub-common          grub2-tools-extra   grub
cd       /usr/lib/grub/i386-pc/multiboot2.mod grub-pc-bin         grub2-pc-modules    grub
cd       xorriso                             xorriso              xorriso             libisoburn
cd       mformat                             mtools               mtools              mtools
cd       /usr/share/bochs/BIOS-bochs-latest  bochsbios            bochs               bochs
cd       /usr/share/bochs/VGABIOS-lgpl-latest vgabios             bochs               bochs
checker  pkg-config                          pkg-config           pkgconf             pkgconf
checker  /usr/include/archive.h              libarchive-dev       libarchive-devel    libarchive
checker  /usr/include/boost/process.hpp      libboost-dev         boost-devel         boost
checker  /usr/include/CLI/CLI.hpp            libcli11-dev         cli11-devel         cli11
checker  /usr/include/fmt/format.h           libfmt-dev           fmt-devel           fmt
checker  /usr/include/nlohmann/json.hpp      nlohmann-json3-dev   json-devel          nlohmann-json
checker  /usr/include/pugixml.hpp            libpugixml-dev       pugixml-devel       pugixml
checker  /usr/include/toml++/toml.h          libtomlplusplus-dev  tomlplusplus-devel  tomlplusplus
checker  /usr/include/elfutils/libdwfl.h     libdw-dev            elfutils-devel      libelf
checker  /usr/include/gelf.h                 libelf-dev           elfutils-libelf-devel libelf
checker  /usr/include/Zydis/Zydis.h          libzydis-dev         zydis-devel         zydis
debug    gdb                                 gdb                  gdb                 gdb
test     git                                 git
test     clang++                             clang
test     clang-format                        clang-format
test     clang-tidy                          clang-tidy
test     shellcheck                          shellcheck
docs     doxygen                             doxygen
test     chromium                            chromium
test     /usr/bin/sbatch                     slurm-client
test     /usr/sbin/slurmctld                 slurmctld
test     /usr/sbin/slurmd                    slurmd
test     /usr/sbin/munged                    munge
test     xmllint                             libxml2-utils
test     zip                                 zip
test     unzip                               unzip
test     jq                                  jq
test     jsonschema                          python3-jsonschema
test     /usr/include/doctest/doctest.h      doctest-dev
'

# is_there PROBE: a command that can be run, or a file that one of the patterns fits.
is_there() {
    case $1 in /*) ;; *) command -v "$1" > /dev/null; return ;; esac
    for file in $(echo "$1" | tr , ' '); do
        [ ! -e "$file" ] || return 0
    done
    return 1
}

# missing GROUP...: the lines of those that are not there.
missing() {
    echo "$needs" | while read -r group probe packages; do
        case " $* " in *" $group "*) ;; *) continue ;; esac
        is_there "$probe" || echo "$group $probe $packages"
    done
}

# packages debian|fedora|arch: of such lines, the packages by that system's names, one a line.
packages() {
    case $1 in debian) column=3 ;; fedora) column=4 ;; arch) column=5 ;; esac
    awk -v column="$column" 'NF >= column && !seen[$column]++ { print $column }'
}
