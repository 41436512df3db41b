# The machine on which Sipi is made: Debian 12, with its own compilers and emulators. How it is used stands in
# docs/your-machine.md. Everything in it is Debian's. GRUB, and what the kernel is built with, want an x86-64 machine
# or one that is played: --platform linux/amd64.
FROM debian:12

# Emulators of these versions and no others: what a check says is known of them. The rest is what `make` itself
# would install, by the same list.
COPY tools/needs.sh tools/setup.sh /opt/sipi/
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        make git 'qemu-system-x86=1:7.2+*' 'bochs=2.7+*' 'bochs-term=2.7+*' \
    && sh /opt/sipi/setup.sh build cd checker debug \
    && rm -rf /var/lib/apt/lists/*

# Files that are made here shall not belong to root outside.
RUN useradd --create-home --shell /bin/bash sipi
USER sipi
WORKDIR /sipi
